/** The tests' own `test`: the app at hand, and an eye on what must never happen. */
import { test as base, type BrowserContext } from 'playwright/test';
import { App } from './app.ts';
import { speakTo } from './words.ts';

/** Collects what a page must not do: errors, and requests that leave this machine. */
export class Problems {
  readonly #found: string[] = [];
  readonly #allowed: RegExp[] = [];

  watch(context: BrowserContext): void {
    context.on('console', (message) => {
      if (message.type() === 'error') this.#note(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => this.#note(`error: ${error.error().message}`));
    context.on('request', (request) => {
      const { protocol, hostname } = new URL(request.url());
      const local = hostname === 'localhost' || hostname === '127.0.0.1';
      if (/^(https?|wss?):$/.test(protocol) && !local) this.#note(`request: ${request.url()}`);
    });
  }

  /** Says that a test brings some of it about. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  get found(): string[] {
    return this.#found.filter((each) => !this.#allowed.some((pattern) => pattern.test(each)));
  }

  #note(problem: string): void {
    this.#found.push(problem);
  }
}

interface Fixtures {
  app: App;
  problems: Problems;
}

export const test = base.extend<Fixtures>({
  problems: [
    async ({ context }, use) => {
      const problems = new Problems();
      problems.watch(context);
      await use(problems);
      base.expect(problems.found, 'errors and foreign requests').toEqual([]);
    },
    { auto: true },
  ],
  app: async ({ page }, use) => {
    // Until a mode is chosen, the app speaks to people at home.
    speakTo('self');
    await use(new App(page));
  },
});

export { expect } from 'playwright/test';
