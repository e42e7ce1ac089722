/** One browser that reads one picture at a time, replaced when it is lost. */
import type { Browser, Page } from 'playwright';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { Backend } from '../../src/domain/prediction.ts';
import { launchChromium } from '../browser.ts';
import type { Looked } from './masks.ts';
import type { ErrorCode, EvaluatedPrediction } from '../../src/domain/evaluation/outcome.ts';
import type { EvaluationPage } from './page/main.ts';

declare const window: { evaluation: EvaluationPage };

/** Longer than the client's own watchdog takes to give up on a worker twice. */
const patience = 150_000;

interface PredictionOptions {
  readonly backend: Backend;
  readonly views: 1 | 8;
}

export class Lane {
  readonly #address: string;
  readonly #options: PredictionOptions;
  #closed = false;
  #browser: Browser | undefined;
  #page: Page | undefined;

  constructor(address: string, options: PredictionOptions) {
    this.#address = address;
    this.#options = options;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** @throws Error when there is no browser, or the pack cannot be used on this backend. */
  async open(): Promise<Manifest> {
    // Signals are the caller's: it closes the lanes and writes down what there is.
    const browser = await launchChromium({ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false });
    this.#browser = browser;
    if (this.#closed) {
      await this.#drop();
      throw new Error('the lane was closed while its browser started');
    }
    this.#page = await browser.newPage();
    await this.#page.goto(this.#address);
    return this.#page.evaluate((backend) => window.evaluation.prepare(backend), this.#options.backend);
  }

  /** Never throws: a picture that costs the browser twice is an error of its own. */
  classify(number: number): Promise<EvaluatedPrediction | { readonly error: ErrorCode }> {
    const { views } = this.#options;
    return this.#persist((page) =>
      page.evaluate((call) => window.evaluation.classify(...call), [number, views > 1] as const),
    );
  }

  /** As `classify`, for the outline and the attention map of a class. */
  look(number: number, code: string): Promise<Looked | { readonly error: ErrorCode }> {
    return this.#persist((page) =>
      page.evaluate(([index, name]) => window.evaluation.look(index, name), [number, code] as const),
    );
  }

  async #persist<T>(ask: (page: Page) => Promise<T>): Promise<T | { readonly error: ErrorCode }> {
    for (let attempt = 0; attempt < 2 && !this.#closed; attempt++) {
      try {
        if (!this.#page) await this.open();
        return await this.#ask(ask);
      } catch {
        await this.#drop();
      }
    }
    return { error: 'browser-lost' };
  }

  /** For good: what is under way ends as `browser-lost`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const browser = this.#browser;
    this.#browser = this.#page = undefined;
    await browser?.close().catch(() => undefined);
  }

  async #ask<T>(ask: (page: Page) => Promise<T>): Promise<T> {
    if (!this.#page) throw new Error('no page');
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer')), patience);
    });
    try {
      // A page or browser that crashes rejects the evaluation.
      return await Promise.race([ask(this.#page), silence]);
    } finally {
      clearTimeout(timer);
    }
  }
}
