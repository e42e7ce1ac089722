/**
 * A person at a browser, whichever program drives it: WebKitGTK by WebDriver, Firefox and Chromium by Playwright. What
 * is looked for is found by the words on screen, by one script that is the same in every engine.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, firefox, type Browser, type ElementHandle, type Page } from 'playwright/test';
import { findFirefox, launchChromium, type WebKitPrograms } from '../../scripts/browser.ts';
import { WebDriverError, WebKitHost, type ElementReference, type WebDriverSession } from './webdriver.ts';

export type Kind = 'button' | 'link' | 'radio' | 'checkbox' | 'field' | 'heading' | 'text' | 'file';

/** What takes longest anywhere: reading a picture by software on a busy machine. */
const patience = { timeout: 60_000 };

/** What a program must be able to do for a person. `Element` is its own word for one. */
interface Driver<Element> {
  goTo(url: string): Promise<void>;
  reload(): Promise<void>;
  run<T>(script: string, args: readonly unknown[]): Promise<T>;
  element(script: string, args: readonly unknown[]): Promise<Element | null>;
  click(element: Element): Promise<void>;
  fill(element: Element, text: string): Promise<void>;
  give(element: Element, files: readonly string[]): Promise<void>;
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
  readonly downloads: string;
}

/**
 * In the page: what is in sight and is called that, the first of them. By its aria-label, its label, or its text, whole or
 * at least its beginning; of a text, the smallest element that contains it.
 */
const finder = `
  const [kind, name, section] = arguments;
  const plain = (text) => (text ?? '').replaceAll(/\\s+/g, ' ').trim();
  const seen = (element) => element.getClientRects().length > 0;
  const called = (element) => {
    const by = (element.getAttribute('aria-labelledby') ?? '').split(' ').filter(Boolean);
    return plain(
      element.getAttribute('aria-label') ??
      (by.length ? by.map((id) => document.getElementById(id)?.textContent).join(' ') :
      (element.labels?.length ? element.labels[0].textContent : element.textContent)),
    );
  };
  if (kind === 'text') {
    const holds = (element) => element.textContent.length < 100000 && plain(element.textContent).includes(name);
    const walk = (element) => {
      for (const child of element.children) if (seen(child) && holds(child)) return walk(child) ?? child;
      return null;
    };
    return walk(document.body);
  }
  const selector = {
    button: 'button, summary, [role=button]',
    link: 'a[href]',
    radio: 'input[type=radio]',
    checkbox: 'input[type=checkbox]',
    field: 'input:not([type=radio], [type=checkbox], [type=file]), textarea, select, [role=combobox]',
    heading: 'h1, h2, h3',
    file: 'input[type=file]',
  }[kind];
  const part = section === '' ? document : [...document.querySelectorAll('h2')]
    .find((heading) => plain(heading.textContent) === section)?.closest('section');
  const there = [...(part?.querySelectorAll(selector) ?? [])].filter((element) => kind === 'file' || seen(element));
  return there.find((element) => called(element) === name) ??
    there.find((element) => called(element).startsWith(name)) ?? null;
`;

export class Seat<Element = unknown> {
  readonly #driver: Driver<Element>;

  constructor(driver: Driver<Element>) {
    this.#driver = driver;
  }

  goTo(url: string): Promise<void> {
    return this.#driver.goTo(url);
  }

  reload(): Promise<void> {
    return this.#driver.reload();
  }

  /** @param script body of a function of `args`, synchronous; what it returns is JSON */
  ask<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.#driver.run<T>(script, args);
  }

  /** Waits until it is in sight. */
  async see(kind: Kind, name: string): Promise<void> {
    await expect.poll(() => this.sees(kind, name), { ...patience, message: `${kind} “${name}”` }).toBe(true);
  }

  async sees(kind: Kind, name: string): Promise<boolean> {
    return (await this.#driver.element(finder, [kind, name, ''])) !== null;
  }

  async press(kind: Kind, name: string): Promise<void> {
    await this.#with([kind, name, ''], (element) => this.#driver.click(element));
  }

  /**
   * In the place of what stands in the field.
   * @param section heading of the part of the page, where several have such a field
   */
  async fill(label: string, text: string, section = ''): Promise<void> {
    await this.#with(['field', label, section], (element) => this.#driver.fill(element, text));
  }

  /** @param label of the input; the first of the page when empty */
  async choose(label: string, ...files: string[]): Promise<void> {
    await this.#with(['file', label, ''], (element) => this.#driver.give(element, files));
  }

  /** Waits until a download whose name fits is there whole, and gives its path. */
  async downloaded(name: RegExp): Promise<string> {
    let found: string | undefined;
    const { downloads } = this.#driver;
    await expect
      .poll(async () => (found = (await readdir(downloads)).find((file) => name.test(file))), patience)
      .toBeDefined();
    return join(downloads, found ?? '');
  }

  screenshot(): Promise<Buffer> {
    return this.#driver.screenshot();
  }

  leave(): Promise<void> {
    return this.#driver.close();
  }

  /** Looks again when the page has put another element in the place of the one that was found. */
  async #with(
    sought: readonly [Kind, string, string],
    act: (element: Element) => Promise<void>,
  ): Promise<void> {
    const tries = async (): Promise<string> => {
      const element = await this.#driver.element(finder, sought);
      if (element === null) return 'not in sight';
      try {
        await act(element);
        return 'done';
      } catch (error) {
        if (error instanceof WebDriverError && passing.has(error.code)) return error.code;
        throw error;
      }
    };
    await expect.poll(tries, { ...patience, message: sought.join(' ') }).toBe('done');
  }
}

/** What comes to an end when a page has settled. */
const passing = new Set(['stale element reference', 'element click intercepted', 'element not interactable']);

class WebKitDriver implements Driver<ElementReference> {
  readonly downloads: string;
  readonly #session: WebDriverSession;

  constructor(session: WebDriverSession, downloads: string) {
    this.#session = session;
    this.downloads = downloads;
  }

  goTo(url: string): Promise<void> {
    return this.#session.goTo(url);
  }

  reload(): Promise<void> {
    return this.#session.reload();
  }

  run<T>(script: string, args: readonly unknown[]): Promise<T> {
    return this.#session.run<T>(script, args);
  }

  element(script: string, args: readonly unknown[]): Promise<ElementReference | null> {
    return this.#session.run(script, args);
  }

  /** Once it stands still: what is still being laid out would be missed. */
  async click(element: ElementReference): Promise<void> {
    const place = (): Promise<string> =>
      this.#session.run('return JSON.stringify(arguments[0].getBoundingClientRect())', [element]);
    let before = '';
    for (let now = await place(); now !== before; now = await place()) before = now;
    await this.#session.click(element);
  }

  async fill(element: ElementReference, text: string): Promise<void> {
    await this.#session.clear(element);
    await this.#session.sendKeys(element, text);
  }

  give(element: ElementReference, files: readonly string[]): Promise<void> {
    return this.#session.sendKeys(element, files.join('\n'));
  }

  screenshot(): Promise<Buffer> {
    return this.#session.screenshot();
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

class PlaywrightDriver implements Driver<ElementHandle<HTMLElement>> {
  readonly downloads: string;
  readonly #page: Page;

  constructor(page: Page, downloads: string) {
    this.#page = page;
    this.downloads = downloads;
  }

  async goTo(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  run<T>(script: string, args: readonly unknown[]): Promise<T> {
    return this.#page.evaluate<T>(expression(script, args));
  }

  async element(script: string, args: readonly unknown[]): Promise<ElementHandle<HTMLElement> | null> {
    const handle = await this.#page.evaluateHandle<HTMLElement | null>(expression(script, args));
    return handle.asElement();
  }

  click(element: ElementHandle<HTMLElement>): Promise<void> {
    return element.click();
  }

  fill(element: ElementHandle<HTMLElement>, text: string): Promise<void> {
    return element.fill(text);
  }

  give(element: ElementHandle<HTMLElement>, files: readonly string[]): Promise<void> {
    return element.setInputFiles([...files]);
  }

  screenshot(): Promise<Buffer> {
    return this.#page.screenshot();
  }

  close(): Promise<void> {
    return this.#page.close();
  }
}

/** As the debugger evaluates it: the page's own policy would let no script be made from a text. */
function expression(script: string, args: readonly unknown[]): string {
  return `(function () { ${script} }).apply(null, ${JSON.stringify(args)})`;
}

/** A program that gives seats, each at a browser that knows nothing yet. One at a time. */
export interface Engine {
  seat(): Promise<Seat>;
  stop(): Promise<void>;
}

export async function webKit(programs: WebKitPrograms): Promise<Engine> {
  const host = await WebKitHost.start(programs);
  return {
    seat: async () => new Seat(new WebKitDriver(await host.newSession(), host.home)),
    stop: () => host.stop(),
  };
}

export async function withPlaywright(name: 'chromium' | 'firefox'): Promise<Engine> {
  // Playwright does not tell of the stock Firefox's downloads, but the files come here.
  const downloads = await mkdtemp(join(tmpdir(), 'lentigo-downloads-'));
  const browser = name === 'chromium' ? await launchChromium() : await launchFirefox(downloads);
  const view = { viewport: { width: 1024, height: 1366 }, locale: 'en-GB' };
  return {
    seat: async () => new Seat(new PlaywrightDriver(await browser.newPage(view), downloads)),
    stop: async () => {
      await browser.close();
      await rm(downloads, { recursive: true, force: true });
    },
  };
}

function launchFirefox(downloadsPath: string): Promise<Browser> {
  const executablePath = findFirefox();
  return firefox.launch({
    channel: 'moz-firefox',
    downloadsPath,
    ...(executablePath && { executablePath }),
  });
}
