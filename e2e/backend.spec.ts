import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { StaticServer } from '../scripts/static-server.ts';
import { drawLesion } from './support/lesion.ts';
import { dist, giving, host, readBuilt } from './support/host.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/**
 * Put before the worker's own script: every WebGL context that it makes is lost when the page says so.
 * The app itself has no such way in.
 */
const loseOnDemand = `
  const getContext = OffscreenCanvas.prototype.getContext;
  OffscreenCanvas.prototype.getContext = function (kind, ...rest) {
    const context = getContext.call(this, kind, ...rest);
    if (context && kind === 'webgl2') {
      new BroadcastChannel('lose-context').onmessage = () =>
        context.getExtension('WEBGL_lose_context').loseContext();
    }
    return context;
  };
`;

async function hostThatLosesContexts(): Promise<StaticServer> {
  const scripts = await readdir(join(dist, 'assets'));
  const worker = scripts.find((name) => /^inference\.worker.*\.js$/.test(name));
  if (!worker) throw new Error('the build has no worker');
  return host({
    [`/assets/${worker}`]: giving('text/javascript', async () => {
      return `${loseOnDemand}${String(await readBuilt(`assets/${worker}`))}`;
    }),
  });
}

const pictures = (count: number): Promise<{ name: string; mimeType: string; buffer: Buffer }[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, seed) => ({
      name: `${seed}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawLesion(seed),
    })),
  );

// WebGL by software is slow, and slower on a busy machine.
const patient = { timeout: 120_000 };
test.setTimeout(300_000);

const onProcessor = words('backend_wasm');
const onGraphics = words('backend_webgl');

test('WASM and WebGL read a picture alike', async ({ app }) => {
  await app.start();
  const found: Record<string, string> = {};
  for (const backend of ['backend_wasm', 'backend_webgl'] as const) {
    await app.go('settings');
    await app.settings.chooseBackend(backend);
    await app.modelReady();
    await app.go('classify');
    await app.classify.choose(await pictures(1));
    await app.classify.classify();
    await expect(app.classify.detail(words('reading_details_backend'))).toHaveText(words(backend));
    found[backend] = JSON.stringify(await app.classify.probabilities());
    await app.classify.another();
  }
  expect(found['backend_webgl']).toBe(found['backend_wasm']);
});

test('the choice of a backend lasts', async ({ app, page }) => {
  await app.start();
  await app.go('settings');
  await app.settings.chooseBackend('backend_webgl');
  await app.modelReady();
  await page.reload();
  await app.modelReady();
  await expect(page.getByRole('radio', { name: onGraphics })).toBeChecked();
});

test('a WebGL context that is lost in the middle of the work costs no picture', async ({ app, page }) => {
  const server = await hostThatLosesContexts();
  try {
    await app.start(server.url);
    await app.go('settings');
    await app.settings.chooseBackend('backend_webgl');
    await app.modelReady();
    await app.go('classify');
    await app.classify.choose(await pictures(4));
    await page.getByRole('button', { name: words('classify_queue_all') }).click();
    await expect(
      page.getByText(words('classify_queue_progress', { done: 1, total: 4 }), { exact: true }),
    ).toBeVisible(patient);
    await page.evaluate(() => new BroadcastChannel('lose-context').postMessage('now'));

    await expect(page.getByText(words('reader_restarted'))).toBeVisible(patient);
    await expect(
      page.getByText(words('classify_queue_progress', { done: 4, total: 4 }), { exact: true }),
    ).toBeVisible(patient);
    await expect(page.getByText(words('classify_stage_failed'), { exact: true })).toHaveCount(0);
    await page.getByRole('button', { name: '3.jpg' }).click();
    await app.classify.waitForResult();
    await expect(app.classify.detail(words('reading_details_backend'))).toHaveText(onProcessor);
    await app.go('history');
    await app.history.expectCount(4);
  } finally {
    server.close();
  }
});

test('a context that is lost while nothing is read is replaced as well', async ({ app, page }) => {
  const server = await hostThatLosesContexts();
  try {
    await app.start(server.url);
    await app.go('settings');
    await app.settings.chooseBackend('backend_webgl');
    await app.modelReady();
    await page.evaluate(() => new BroadcastChannel('lose-context').postMessage('now'));
    await expect(page.getByText(words('reader_restarted'))).toBeVisible(patient);
    await app.go('classify');
    await app.classify.choose(await pictures(1));
    await app.classify.classify();
    await expect(app.classify.detail(words('reading_details_backend'))).toHaveText(onProcessor);
  } finally {
    server.close();
  }
});
