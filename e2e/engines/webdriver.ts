/**
 * WebKitGTK by the W3C's WebDriver protocol (https://www.w3.org/TR/webdriver2/), on a screen of its own. Playwright
 * cannot drive the system's WebKit. Only what the tests need is here: no asynchronous scripts, which WebKitGTK's driver
 * does not end, so that callers poll.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WebKitPrograms } from '../../scripts/browser.ts';

/** The key under which the protocol hands over an element. */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

export type ElementReference = Readonly<Record<typeof elementKey, string>>;

/** What the browser answered to a command that it could not carry out. */
export class WebDriverError extends Error {
  /** The protocol's code, such as `stale element reference`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** A browser with one window. */
export class WebDriverSession {
  readonly #base: string;

  private constructor(base: string) {
    this.#base = base;
  }

  static async open(driver: string, capabilities: object): Promise<WebDriverSession> {
    const { sessionId } = await command<{ sessionId: string }>('POST', `${driver}/session`, {
      capabilities: { alwaysMatch: capabilities },
    });
    const session = new WebDriverSession(`${driver}/session/${sessionId}`);
    await command('POST', `${session.#base}/window/rect`, { x: 0, y: 0, width: 1024, height: 1366 });
    return session;
  }

  async goTo(url: string): Promise<void> {
    await command('POST', `${this.#base}/url`, { url });
  }

  async reload(): Promise<void> {
    await command('POST', `${this.#base}/refresh`, {});
  }

  /** @param script body of a function of `args`; what it returns is JSON, or an element */
  run<T>(script: string, args: readonly unknown[] = []): Promise<T> {
    return command<T>('POST', `${this.#base}/execute/sync`, { script, args });
  }

  async click(element: ElementReference): Promise<void> {
    await command('POST', `${this.#element(element)}/click`, {});
  }

  /** Types into an element, or gives files to an input for files: their paths, one a line. */
  async sendKeys(element: ElementReference, text: string): Promise<void> {
    await command('POST', `${this.#element(element)}/value`, { text });
  }

  async clear(element: ElementReference): Promise<void> {
    await command('POST', `${this.#element(element)}/clear`, {});
  }

  /** A PNG of what is in sight. */
  async screenshot(): Promise<Buffer> {
    return Buffer.from(await command<string>('GET', `${this.#base}/screenshot`), 'base64');
  }

  async close(): Promise<void> {
    await command('DELETE', this.#base);
  }

  #element(element: ElementReference): string {
    return `${this.#base}/element/${element[elementKey]}`;
  }
}

/** WebKitGTK's driver and the screen that its browsers are shown on. */
export class WebKitHost {
  /** Where downloads go. */
  readonly home: string;
  readonly #processes: readonly ChildProcess[];
  readonly #url: string;
  readonly #browser: string;

  private constructor(home: string, processes: readonly ChildProcess[], url: string, browser: string) {
    this.home = home;
    this.#processes = processes;
    this.#url = url;
    this.#browser = browser;
  }

  static async start({ driver, browser, screen }: WebKitPrograms): Promise<WebKitHost> {
    const home = await mkdtemp(join(tmpdir(), 'lentigo-webkit-'));
    const size = ['-screen', '0', '1024x1366x24', '-nolisten', 'tcp'];
    const display = spawn(screen, ['-displayfd', '3', ...size], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const number = await firstLine(display, 3);
    const port = await freePort();
    const env = {
      ...process.env,
      DISPLAY: `:${number}`,
      HOME: home,
      XDG_DOWNLOAD_DIR: home,
      LIBGL_ALWAYS_SOFTWARE: '1',
    };
    const server = spawn(driver, [`--port=${port}`], { env, stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    const host = new WebKitHost(home, [server, display], url, browser);
    await host.#ready();
    return host;
  }

  /** A browser that knows nothing yet. One at a time: the driver has one session. */
  newSession(): Promise<WebDriverSession> {
    return WebDriverSession.open(this.#url, {
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': {
        binary: this.#browser,
        args: ['--automation'],
      },
    });
  }

  async stop(): Promise<void> {
    for (const each of this.#processes) {
      const ended = new Promise((resolve) => each.once('exit', resolve));
      if (each.exitCode === null && each.kill()) await ended;
    }
    await rm(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  async #ready(): Promise<void> {
    for (let left = 100; ; left--) {
      try {
        await command('GET', `${this.#url}/status`);
        return;
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }
}

async function command<T>(method: string, url: string, body?: object): Promise<T> {
  const response = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = (await response.json()) as { value: T };
  if (!response.ok) {
    const { error, message } = value as { error: string; message: string };
    throw new WebDriverError(error, message);
  }
  return value;
}

function firstLine(child: ChildProcess, descriptor: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdio[descriptor]?.on('data', (data: Buffer) => {
      text += String(data);
      if (text.includes('\n')) resolve(text.trim());
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error('the screen did not start')));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
