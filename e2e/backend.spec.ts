import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chromiumOptions } from '../scripts/browser.ts';
import { buildPage } from '../scripts/build-page.ts';
import { securityHeaders } from '../scripts/hosting/headers.ts';
import { serve, type StaticServer } from '../scripts/static-server.ts';
import type { GoldenPage } from './support/golden-page/main.ts';
import type { Wanted } from './support/golden-page/wanted.ts';
import { drawLesion } from './support/lesion.ts';
import { dist, giving, host, readBuilt } from './support/host.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

declare const window: { golden: GoldenPage };

const everything = process.env['LENTIGO_PARITY'] === 'all';
if (everything) {
  test.use({
    launchOptions: {
      ...chromiumOptions(),
      args: [...(chromiumOptions().args ?? []), '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
    },
  });
}

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

const onProcessor = words('backend_wasm');
const onGraphics = words('backend_webgl');

test('every number of threads gives the golden answer, under the app’s own policy', async ({ page }) => {
  const folder = await buildPage(join(import.meta.dirname, 'support/golden-page'));
  const server = await serve({ '/': folder, '/model/': join(dist, 'model') }, securityHeaders);
  try {
    await page.goto(server.url);
    const wanted: Wanted[] = [1, 2, 4, 1].map((threads) => ({ backend: 'wasm', threads }));
    // By software WebGPU takes most of a minute: only where that is asked for.
    if (everything) wanted.push({ backend: 'webgpu' });
    const trials = await page.evaluate((each) => window.golden.trials(each), wanted);
    expect(trials.map(({ passed, reason }) => reason ?? passed)).toEqual(wanted.map(() => true));
    expect(trials.map(({ backend, threads = 1 }) => `${backend} ${threads}`)).toEqual(
      wanted.map(({ backend, threads = 1 }) => `${backend} ${threads}`),
    );
    // Threads share the rows of a layer, never the sum of one value: not a bit differs.
    const deviations = trials.filter(({ backend }) => backend === 'wasm').map(({ deviation }) => deviation);
    expect(new Set(deviations).size).toBe(1);
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});

test.describe('kept for offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('a host without headers gives threads from the second start on, and the same result', async ({
    app,
    page,
  }) => {
    const server = await host();
    const read = async (): Promise<string> => {
      await app.classify.choose(await pictures(1));
      await app.classify.classify();
      return JSON.stringify(await app.classify.probabilities());
    };
    try {
      await app.start(server.url);
      await app.modelReady();
      await app.keptForOffline();
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
      const alone = await read();
      await page.goto(server.url);
      await app.modelReady();
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      expect(await read()).toBe(alone);
      await page.goto(`${server.url}#/model`);
      const trial = page
        .getByRole('listitem')
        .filter({ hasText: words('backend_wasm_threads', { count: 2 }) });
      await expect(trial).toContainText('Self-test passed');
    } finally {
      server.close();
    }
  });
});

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
