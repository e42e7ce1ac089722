import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import messages from '../../src/i18n/messages/en.json' with { type: 'json' };
import { chromiumOptions } from '../../scripts/browser.ts';
import { drawPhoto } from '../picture.ts';
import { table } from '../markdown.ts';
import { peakOf, serveSlowly, type SlowHost } from '../slow-host.ts';
import type { Section } from '../section.ts';

/** Bytes a second: 1.6 Mbit/s. */
const rate = 200_000;
const latency = 150;
const throttles = [1, 4, 6];
/** For learning: fetched once the model is ready, and nothing waits for it. */
const bank = 'model/bank.bin';
const budgets = { usable: 4, ready: 20 };

interface SlowTimes {
  /** Seconds from the navigation: a picture is chosen and its preview there, while the model is being fetched. */
  readonly usable: number;
  /** Seconds to the model at work. */
  readonly ready: number;
  /** Bytes until then, and once all is kept, but for the bank. */
  readonly bytes: number;
  readonly kept: number;
  /** Seconds from the navigation to ready in a second start without a network. */
  readonly second: number;
  /** Seconds from the press to the visit in the record. */
  readonly saved: number;
  /** Bytes of the page's process at its largest. */
  readonly peak: number;
}

async function throttled(context: BrowserContext, factor: number): Promise<Page> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: factor });
  return page;
}

/** Seconds since the navigation of the page. */
async function now(page: Page): Promise<number> {
  return (await page.evaluate(() => performance.now())) / 1000;
}

async function visit(host: SlowHost, factor: number, photo: Buffer): Promise<SlowTimes> {
  const profile = await mkdtemp(join(tmpdir(), 'lentigo-bench-'));
  const context = await chromium.launchPersistentContext(profile, { ...chromiumOptions(), locale: 'en-GB' });
  context.setDefaultTimeout(0);
  try {
    const before = host.sent();
    const page = await throttled(context, factor);
    await page.goto(host.url, { waitUntil: 'commit' });
    await page.getByRole('button', { name: messages.disclaimer_accept }).click();
    await page.getByRole('button', { name: messages.mode_self }).click();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: photo });
    const classify = page.getByRole('button', { name: messages.classify_action, exact: true });
    await page.waitForFunction(
      (name) =>
        [...document.querySelectorAll('button')].some(
          (each) => each.textContent.trim() === name && !each.disabled,
        ),
      messages.classify_action,
    );
    const usable = await now(page);
    await page.getByText(messages.reader_ready).waitFor();
    const ready = await now(page);
    const bytes = host.sent() - before;
    const pressed = await now(page);
    await classify.click();
    await page.getByText(messages.saving_saved).waitFor();
    const saved = (await now(page)) - pressed;
    await page.evaluate(() => navigator.serviceWorker.ready);
    const kept = host.sent() - before - host.sizeOf(bank);
    const peak = await largestRenderer(context);
    await page.close();
    await context.setOffline(true);
    const again = await throttled(context, factor);
    await again.goto(host.url, { waitUntil: 'commit' });
    await again.getByText(messages.reader_ready).waitFor();
    return { usable, ready, bytes, kept, second: await now(again), saved, peak };
  } finally {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  }
}

async function largestRenderer(context: BrowserContext): Promise<number> {
  const browser = context.browser();
  if (!browser) return NaN;
  const cdp = await browser.newBrowserCDPSession();
  const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
  await cdp.detach();
  return Math.max(...processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => peakOf(id)));
}

export const slow: Section = {
  name: 'slow',
  title: 'A first visit on a slow device and a slow line',

  async measure({ dist }) {
    const photo = await drawPhoto(4000, 3000);
    const results: SlowTimes[] = [];
    let bankBytes = 0;
    for (const factor of throttles) {
      const host = await serveSlowly(dist, rate, latency);
      results.push(await visit(host, factor, photo));
      bankBytes = host.sizeOf(bank);
      host.close();
    }
    const seconds = (of: (each: SlowTimes) => number): string[] =>
      results.map((each) => `${of(each).toFixed(1)} s`);
    const megabytes = (of: (each: SlowTimes) => number): string[] =>
      results.map((each) => `${(of(each) / 1e6).toFixed(2)} MB`);
    const text = `A line of 1.6 Mbit/s with ${latency} ms before each answer, shared by page and workers; everything is sent as brotli. The picture is a photo of 12 MP.
The browser slows the page's own thread down by the factor, not its workers. One visit each. The bank for learning, ${(bankBytes / 1e6).toFixed(2)} MB more, comes once the model is ready.

${table(
  [
    'from the navigation',
    ...throttles.map((factor) => (factor === 1 ? 'full speed' : `${factor} x slower`)),
    'budget',
  ],
  [
    ['a picture is chosen and its preview there', ...seconds(({ usable }) => usable), `${budgets.usable} s`],
    ['the model is ready', ...seconds(({ ready }) => ready), `${budgets.ready} s`],
    ['second start, offline, ready', ...seconds(({ second }) => second), ''],
    ['from the press to the visit in the record', ...seconds(({ saved }) => saved), ''],
    ['bytes until ready', ...megabytes(({ bytes }) => bytes), ''],
    ['bytes until all is kept for offline use', ...megabytes(({ kept }) => kept), '3.50 MB'],
    ['memory of the page and its workers at its largest', ...megabytes(({ peak }) => peak), ''],
  ],
)}`;
    return {
      results,
      text,
      ratios: throttles.slice(1).flatMap((factor, at) => {
        const [full, here] = [results[0], results[at + 1]];
        if (!full || !here) return [];
        return [
          { what: `first visit to ready, ${factor} x slower to full speed`, ratio: here.ready / full.ready },
          {
            what: `second start, ${factor} x slower to full speed`,
            ratio: here.second / full.second,
            budget: factor,
          },
        ];
      }),
    };
  },
};
