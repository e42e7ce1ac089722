/**
 * Where the browsers of the tests and tools are found, in one place: Playwright's own download where
 * there is one, else the system's Chromium.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type LaunchOptions } from 'playwright';

const systemChromium = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const systemFirefox = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/**
 * Quiet in a closed network; WebGL by SwiftShader, so that it is there without a graphics card. Pages are drawn by the
 * processor itself: SwiftShader would take half of it for that.
 */
const flags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--enable-unsafe-swiftshader',
  '--use-angle=swiftshader',
  '--disable-gpu-compositing',
  '--disable-gpu-rasterization',
];

/** Flags that give the browser a camera which shows a test picture, and allow it without asking. */
export const cameraFlags = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];

/** The Chromium to use; undefined when there is none. `LENTIGO_CHROMIUM` names another one. */
export function findChromium(): string | undefined {
  const candidates = [process.env['LENTIGO_CHROMIUM'], chromium.executablePath(), ...systemChromium];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** The system's Firefox; undefined when there is none. Playwright's own patched build is not used. */
export function findFirefox(): string | undefined {
  return systemFirefox.find((path) => existsSync(path));
}

/** The programs that a test in WebKitGTK needs. */
export interface WebKitPrograms {
  readonly driver: string;
  /** WebKitGTK's small browser for tests. */
  readonly browser: string;
  /** A screen in memory. */
  readonly screen: string;
}

const webKitDriver = '/usr/bin/WebKitWebDriver';
const screenInMemory = '/usr/bin/Xvfb';

/** The system's WebKitGTK, whose engine is Safari's; undefined unless all of its programs are there. */
export function findWebKit(): WebKitPrograms | undefined {
  const browser = findMiniBrowser();
  if (!browser || !existsSync(webKitDriver) || !existsSync(screenInMemory)) return undefined;
  return { driver: webKitDriver, browser, screen: screenInMemory };
}

/** Debian keeps it below /usr/lib/<architecture>/webkit2gtk-<version>. */
function findMiniBrowser(): string | undefined {
  const inside = (folder: string): string[] =>
    existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  return inside('/usr/lib')
    .filter((path) => path.endsWith('-linux-gnu'))
    .flatMap((path) => inside(path).filter((each) => each.includes('/webkit')))
    .map((folder) => join(folder, 'MiniBrowser'))
    .filter((path) => existsSync(path))
    .at(-1);
}

/** How Chromium is started everywhere. */
export function chromiumOptions(): LaunchOptions {
  const executablePath = findChromium();
  return { ...(executablePath && { executablePath }), args: flags };
}

/** @throws Error with words for the terminal when there is no Chromium. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  if (!findChromium()) throw new Error('No Chromium was found. Run `npm run browser` to install one.');
  const base = chromiumOptions();
  return chromium.launch({ ...base, ...options, args: [...flags, ...(options.args ?? [])] });
}
