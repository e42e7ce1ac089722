/** A browser that is ended by force in the middle of a save leaves the record before or after, never between. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, expect, test, type Page } from 'playwright/test';
import { chromiumOptions } from '../scripts/browser.ts';
import { fillForEver, recordContents, storedRows } from './support/records.ts';

// Another size of the screen changes nothing here.
test.use({ viewport: null, isMobile: false });

/** Milliseconds into the saving at which the browser is ended. */
const moments = [150, 400, 900];

/** The whole tree of processes of a browser: its own group, so that one signal ends all of it at once. */
async function launch(profile: string): Promise<{ browser: ChildProcess; address: string }> {
  const { executablePath, args = [] } = chromiumOptions();
  const browser = spawn(
    executablePath ?? chromium.executablePath(),
    [...args, '--headless=new', '--no-sandbox', '--remote-debugging-port=0', `--user-data-dir=${profile}`],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  for await (const line of createInterface(browser.stderr)) {
    const address = /DevTools listening on (\S+)/.exec(line)?.[1];
    if (!address) continue;
    browser.stderr.resume();
    return { browser, address };
  }
  throw new Error('the browser did not start');
}

async function kill(browser: ChildProcess): Promise<void> {
  if (browser.exitCode !== null || browser.signalCode !== null || browser.pid === undefined) return;
  const ended = once(browser, 'exit');
  process.kill(-browser.pid, 'SIGKILL');
  await ended;
}

/** Opens the app in the profile, does `work` and ends the browser by force. */
async function inBrowser(profile: string, url: string, work: (page: Page) => Promise<void>): Promise<void> {
  const { browser, address } = await launch(profile);
  try {
    const connected = await chromium.connectOverCDP(address);
    const [context] = connected.contexts();
    if (!context) throw new Error('no window');
    const page = await context.newPage();
    // Of the same origin, and nothing of the app beside.
    await page.goto(new URL('licences.txt', url).href);
    await work(page);
  } finally {
    await kill(browser);
  }
}

test('every visit is whole or absent after the browser was killed in mid-save', async ({ baseURL }) => {
  const url = baseURL ?? '';
  const profile = await mkdtemp(join(tmpdir(), 'lentigo-killed-'));
  const kept = new Set<string>();

  async function expectWhole(page: Page): Promise<void> {
    // Throws where a visit is damaged or lacks something.
    const contents = (await recordContents(page)) as { id: string }[];
    const ids = new Set(contents.map(({ id }) => id));
    expect([...kept].filter((id) => !ids.has(id))).toEqual([]);
    const { examinations, pictures, images, thumbnails } = await storedRows(page);
    expect([pictures, images, thumbnails]).toEqual([examinations, examinations, examinations]);
  }

  try {
    for (const moment of moments) {
      await inBrowser(profile, url, async (page) => {
        if (kept.size > 0) await expectWhole(page);
        const first = page.waitForEvent('console', (message) => message.text().startsWith('kept '));
        page.on('console', (message) => {
          const id = /^kept (.+)/.exec(message.text())?.[1];
          if (id) kept.add(id);
        });
        await fillForEver(page);
        await first;
        await new Promise((resolve) => setTimeout(resolve, moment));
      });
    }
    await inBrowser(profile, url, expectWhole);
    expect(kept.size).toBeGreaterThan(moments.length);
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});
