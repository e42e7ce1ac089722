/** One browser that reads one picture at a time, replaced when it is lost. */
import type { Browser, Page } from 'playwright';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { Backend } from '../../src/domain/prediction.ts';
import { launchChromium } from '../browser.ts';
import type { Looked } from './masks.ts';
import type { ErrorCode, CropChoice, Prediction } from './outcome.ts';
import type { EvaluationPage } from './page/main.ts';

declare const window: { evaluation: EvaluationPage };

/** Longer than the client's own watchdog takes to give up on a worker twice. */
const patience = 150_000;

interface PredictionOptions {
  readonly backend: Backend;
  readonly careful: boolean;
  readonly frame: CropChoice;
}

export class Lane {
  readonly #address: string;
  readonly #reading: PredictionOptions;
  #browser: Browser | undefined;
  #page: Page | undefined;

  constructor(address: string, reading: PredictionOptions) {
    this.#address = address;
    this.#reading = reading;
  }

  /** @throws Error when there is no browser, or the pack cannot be used on this backend. */
  async open(): Promise<Manifest> {
    this.#browser = await launchChromium();
    this.#page = await this.#browser.newPage();
    await this.#page.goto(this.#address);
    return this.#page.evaluate((backend) => window.evaluation.prepare(backend), this.#reading.backend);
  }

  /** Never throws: a picture that costs the browser twice is an error of its own. */
  classify(number: number): Promise<Prediction | { readonly error: ErrorCode }> {
    const { careful, frame } = this.#reading;
    return this.#persist((page) =>
      page.evaluate((call) => window.evaluation.classify(...call), [number, careful, frame] as const),
    );
  }

  /** As `classify`, for the outline and the attention map of a class. */
  look(number: number, code: string): Promise<Looked | { readonly error: ErrorCode }> {
    return this.#persist((page) =>
      page.evaluate(([index, name]) => window.evaluation.look(index, name), [number, code] as const),
    );
  }

  async #persist<T>(ask: (page: Page) => Promise<T>): Promise<T | { readonly error: ErrorCode }> {
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        if (!this.#page) await this.open();
        return await this.#ask(ask);
      } catch {
        await this.close();
      }
    }
    return { error: 'browser-lost' };
  }

  async close(): Promise<void> {
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
