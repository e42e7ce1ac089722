/** Browsers that lack something, networks that answer something else, storage that goes away. */
import type { Page } from 'playwright/test';
import { giving, host } from './support/host.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** Takes a global from the page before anything of the app runs. */
const without = (page: Page, name: string) =>
  page.addInitScript((global) => {
    Reflect.deleteProperty(globalThis, global);
    if (global in globalThis) Object.defineProperty(globalThis, global, { value: undefined });
  }, name);

test('over a connection that is not secure the app says so and does not start', async ({ page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined });
  });
  await page.goto('./');
  await expect(page.getByRole('heading', { name: words('unfit_title') })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveText(words('unfit_secure_context'));
});

test('without Web Crypto the app says so and does not start', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  await page.goto('./');
  await expect(page.getByRole('alert')).toHaveText(words('unfit_crypto'));
});

for (const lacking of ['OffscreenCanvas', 'Worker', 'WebAssembly']) {
  test(`without ${lacking} no pictures are checked, and the saved visits open`, async ({ app, page }) => {
    await app.start();
    await fillRecord(page, 2);
    await without(page, lacking);
    await page.reload();
    await expect(page.getByText(words('device_lack_reading'))).toBeVisible();
    await expect(page.getByText(words('failure_browser_unfit')).first()).toBeVisible();
    await app.go('history');
    await app.history.expectCount(2);
  });
}

test('without IndexedDB pictures are checked, and it is said that nothing is kept', async ({ app, page }) => {
  await without(page, 'indexedDB');
  await app.start();
  await expect(page.getByText(words('device_lack_database'))).toBeVisible();
  await app.modelReady();
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.waitForResult();
  await expect(page.getByText(words('failure_storage_unavailable')).first()).toBeVisible();
});

test('without BroadcastChannel the app works in one window', async ({ app, page }) => {
  await without(page, 'BroadcastChannel');
  await app.start();
  await expect(page.getByText(words('device_lack_windows'))).toBeVisible();
  await app.modelReady();
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.waitForResult();
  await app.go('history');
  await app.history.expectCount(1);
});

test('a network that answers with a page of its own is named', async ({ app, page }) => {
  const server = await host({
    '/model/': giving('text/html', () => '<!doctype html><title>Sign in</title>'),
  });
  await app.start(server.url);
  await expect(page.getByText(words('failure_pack_portal'))).toBeVisible();
  server.close();
});

test.describe('kept for offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('a missing icon or licence file does not keep the app from being kept', async ({
    app,
    page,
    problems,
  }) => {
    problems.allow(/404|Failed to load resource/);
    const missing = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
      response.writeHead(404).end();
    const server = await host({ '/licences.txt': missing, '/sample/': missing, '/icons/': missing });
    await app.start(server.url);
    await app.keptForOffline();
    await app.modelReady();
    await expect(page.getByText(words('reader_ready_offline'))).toBeVisible();
    server.close();
    await page.goto('about:blank');
    await page.goto(server.url);
    await expect(page.getByRole('heading', { level: 1, name: words('classify_title') })).toBeVisible();
  });

  test('a reload while the app is being kept is no update', async ({ app, page }) => {
    await app.start();
    await page.reload();
    await app.keptForOffline();
    await app.modelReady();
    await expect(page.getByText(words('reader_ready_offline'))).toBeVisible();
    await expect(page.getByText(words('device_update_replaced'))).toBeHidden();
  });
});

test('storage that is cleared while the app is open is noticed', async ({ app, page, context, problems }) => {
  // The browser ends whatever reads at that moment.
  problems.allow(/Connection is closing because of: Force close delete origin/);
  await app.start();
  await fillRecord(page, 2);
  await app.go('history');
  await app.history.expectCount(2);
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.clearDataForOrigin', {
    origin: new URL(page.url()).origin,
    storageTypes: 'indexeddb',
  });
  await expect(page.getByText(words('device_evicted'))).toBeVisible();
  await expect(page.getByText(words('history_empty_title'))).toBeVisible();
});
