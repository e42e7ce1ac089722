import type { Page } from 'playwright/test';
import { packDatabase } from '../src/model/packs/store.ts';
import type { App } from './support/app.ts';
import { drawLesion } from './support/lesion.ts';
import { giving, host, readBuilt } from './support/host.ts';
import { manifestOf } from './support/pack.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** Turns over one byte in the stored weights. The page must not have the app open. */
async function damageStoredWeights(page: Page): Promise<void> {
  await page.evaluate(async (name) => {
    const result = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error ?? new Error('no reason'));
      });
    const database = await result(indexedDB.open(name));
    const packs = database.transaction('packs', 'readwrite').objectStore('packs');
    const [key] = await result(packs.getAllKeys());
    if (key === undefined) throw new Error('no pack is stored');
    const pack = (await result(packs.get(key))) as { files: Record<string, ArrayBuffer> };
    const weights = pack.files['weights.bin'];
    if (!weights) throw new Error('no weights are stored');
    const bytes = new Uint8Array(weights);
    bytes[1000] = (bytes[1000] ?? 0) ^ 0xff;
    await result(packs.put(pack, key));
    database.close();
  }, packDatabase);
}

async function readOne(app: App): Promise<void> {
  await app.classify.choose([{ name: 'a.jpg', mimeType: 'image/jpeg', buffer: await drawLesion(1) }]);
  await app.classify.classify();
}

test('a stored model that is damaged is fetched anew', async ({ app, page, problems }) => {
  // Of the text that is opened to have the app closed.
  problems.allow(/favicon\.ico/);
  await app.start();
  await app.modelReady();
  await page.goto('./licences.txt');
  await damageStoredWeights(page);

  await page.goto('./');
  await expect(page.getByText(words('reader_repaired'))).toBeVisible({ timeout: 45_000 });
  await app.modelReady();
  await readOne(app);

  await page.reload();
  await app.modelReady();
  await expect(page.getByText(words('reader_repaired'))).toBeHidden();
});

test.describe('kept for offline', () => {
  test.use({ serviceWorkers: 'allow' });

  test('a damaged model without a network is reported, not used', async ({ app, page, problems }) => {
    const server = await host();
    await app.start(server.url);
    await app.modelReady();
    await app.keptForOffline();
    await page.goto(`${server.url}licences.txt`);
    await damageStoredWeights(page);
    server.close();
    problems.allow(/Failed to load resource|ERR_CONNECTION_REFUSED/);

    await page.goto(server.url);
    await expect(page.getByText(words('reader_failed_title'))).toBeVisible({ timeout: 45_000 });
    await expect(page.getByText(words('failure_pack_damaged'))).toBeVisible();
  });
});

test('the first start tells when the model cannot be reached, and tries again', async ({
  app,
  page,
  problems,
}) => {
  let reachable = false;
  const server = await host({
    '/model/manifest.json': (_, response) => {
      if (reachable) void readBuilt('model/manifest.json').then((body) => response.end(body));
      else response.destroy();
    },
  });
  problems.allow(/Failed to load resource|ERR_EMPTY_RESPONSE/);
  try {
    await app.start(server.url);
    await expect(page.getByText(words('failure_pack_offline'))).toBeVisible({ timeout: 45_000 });
    reachable = true;
    await page.getByRole('button', { name: words('reader_retry') }).click();
    await app.modelReady();
    await readOne(app);
  } finally {
    server.close();
  }
});

test('a picture is read while the look for a newer model gets no answer', async ({ app, problems }) => {
  problems.allow(/Failed to load resource/);
  const own = String(await readBuilt('model/manifest.json'));
  let stalls = false;
  /** Looks for a newer model that still wait for an answer. */
  let waiting = 0;
  const server = await host({
    '/model/manifest.json': (_, response) => {
      if (!stalls) {
        response.writeHead(200, { 'content-type': 'application/json' }).end(own);
        return;
      }
      waiting += 1;
      response.on('close', () => (waiting -= 1));
    },
  });
  try {
    await app.start(server.url);
    await app.modelReady();
    stalls = true;
    await app.go('settings');
    await expect.poll(() => waiting).toBe(1);
    await app.go('classify');
    await readOne(app);
    expect(waiting).toBe(1);
  } finally {
    server.close();
  }
});

test('a newer model is fetched, tested and used, also after a reload', async ({ app, page }) => {
  let newest: string | undefined;
  const own = String(await readBuilt('model/manifest.json'));
  const server = await host({ '/model/manifest.json': giving('application/json', () => newest ?? own) });
  try {
    await app.start(server.url);
    await app.modelReady();
    await app.go('settings');
    await app.settings.checkForModel();
    await expect(page.getByText(words('settings_model_current'))).toBeVisible();

    newest = await manifestOf('9.0.0');
    await app.settings.checkForModel();
    await expect(page.getByText(words('settings_model_available', { version: '9.0.0' }))).toBeVisible();
    await app.settings.updateModel();
    await expect(page.getByText(words('settings_model_applied', { version: '9.0.0' }))).toBeVisible({
      timeout: 45_000,
    });
    await page.reload();
    await app.modelReady();
    await app.go('classify');
    await readOne(app);
    await expect(app.classify.detail(words('reading_details_model'))).toContainText('9.0.0');
  } finally {
    server.close();
  }
});

test('a newer model that fails its self-test does not take the place of the old one', async ({
  app,
  page,
}) => {
  const own = String(await readBuilt('model/manifest.json'));
  const version = (JSON.parse(own) as { version: string }).version;
  const weights = Buffer.from(await readBuilt('model/weights.bin'));
  // Other weights with right hashes: a pack that is intact, and wrong.
  weights.fill(0, 0, weights.byteLength / 2);
  let newest: string | undefined;
  const server = await host({
    '/model/manifest.json': giving('application/json', () => newest ?? own),
    '/model/weights.bin': giving('application/octet-stream', () =>
      newest ? weights : readBuilt('model/weights.bin'),
    ),
  });
  try {
    await app.start(server.url);
    await app.modelReady();
    newest = await manifestOf('9.0.0', { 'weights.bin': weights });
    await app.go('settings');
    // Opening the settings is enough to be offered the newer model.
    await app.settings.updateModel();
    await expect(page.getByText(words('failure_backend_unavailable'))).toBeVisible({ timeout: 45_000 });
    await app.go('classify');
    await readOne(app);
    await expect(app.classify.detail(words('reading_details_model'))).toContainText(version);
  } finally {
    server.close();
  }
});
