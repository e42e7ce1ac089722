import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import messages from '../../src/i18n/messages/en.json' with { type: 'json' };
import { chromiumOptions } from '../../scripts/browser.ts';
import { serve } from '../../scripts/static-server.ts';
import { milliseconds, table } from '../markdown.ts';
import type { Section } from '../section.ts';

/** Milliseconds since the navigation began. */
interface StartTimes {
  readonly painted: number;
  readonly ready: number;
}

/** Goes through a first start, and reads a picture, so that everything is kept and has been used. */
async function firstStart(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('button', { name: messages.disclaimer_accept }).click();
  await page.getByRole('button', { name: messages.mode_self }).click();
  await page.getByText(messages.reader_ready).waitFor();
  await page.getByRole('button', { name: messages.classify_sample }).click();
  await page.getByRole('button', { name: messages.classify_action, exact: true }).click();
  await page.getByText(messages.saving_saved).waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
}

async function timeStart(page: Page, url: string): Promise<StartTimes> {
  await page.goto(url, { waitUntil: 'commit' });
  const ready = await page.waitForFunction(
    (text) => document.body.textContent.includes(text) && performance.now(),
    messages.reader_ready,
  );
  return {
    painted: await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => {
            const [paint] = list.getEntriesByName('first-contentful-paint');
            if (paint) resolve(paint.startTime);
          }).observe({ type: 'paint', buffered: true });
        }),
    ),
    ready: Number(await ready.jsonValue()),
  };
}

export const app: Section = {
  name: 'app',
  title: 'The second start of the whole app, offline',

  async measure({ dist, rounds, warmUp }) {
    const profile = await mkdtemp(join(tmpdir(), 'lentigo-bench-'));
    const server = await serve({ '/': dist });
    const context = await chromium.launchPersistentContext(profile, {
      ...chromiumOptions(),
      locale: 'en-GB',
    });
    context.setDefaultTimeout(0);
    const results: StartTimes[] = [];
    try {
      const first = await context.newPage();
      await firstStart(first, server.url);
      await first.close();
      server.close();
      await context.setOffline(true);
      for (let round = -warmUp; round < rounds; round++) {
        // A new tab each time: what the last one compiled is gone with its process.
        const page = await context.newPage();
        const times = await timeStart(page, server.url);
        if (round >= 0) results.push(times);
        await page.close();
      }
    } finally {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    }
    const text = `The built app in a new tab of a browser that has used it before; its server has been shut down.

${table(
  ['from the navigation to', 'milliseconds'],
  [
    ['first contentful paint', milliseconds(results.map(({ painted }) => painted))],
    ['ready, self-test passed', milliseconds(results.map(({ ready }) => ready))],
  ],
)}`;
    return { results, text };
  },
};
