import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import sharp from 'sharp';
import { dist, giving, host, readBuilt } from './support/host.ts';
import { drawLesion } from './support/lesion.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

interface ImageEntry {
  readonly src: string;
  readonly sizes: string;
  readonly purpose?: string;
}

interface Manifest {
  readonly icons: ImageEntry[];
  readonly screenshots: (ImageEntry & { readonly form_factor: string })[];
  readonly shortcuts: { readonly url: string }[];
}

const sharedPictures = (page: Page) =>
  page.evaluate(
    async () =>
      (await caches.has('shared-pictures')) &&
      (await (await caches.open('shared-pictures')).keys()).length > 0,
  );

test('the manifest’s pictures are there, in the sizes that it says', async () => {
  const manifest = JSON.parse(await readFile(join(dist, 'manifest.webmanifest'), 'utf8')) as Manifest;
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain('maskable');
  expect(manifest.screenshots.map(({ form_factor }) => form_factor)).toEqual(
    expect.arrayContaining(['narrow', 'wide']),
  );
  for (const { src, sizes } of [...manifest.icons, ...manifest.screenshots]) {
    const { width, height } = await sharp(join(dist, src)).metadata();
    if (sizes !== 'any') expect(`${width}x${height}`).toBe(sizes);
  }
});

test('the browser takes it for an app that can be installed', async ({ app, page, context }) => {
  await app.start();
  await app.keptForOffline();
  const cdp = await context.newCDPSession(page);
  const { errors } = await cdp.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
  // A test's context counts as a private window; that is all that may stand in the way.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('pictures shared from another app arrive once', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  await app.keptForOffline();
  const picture = await drawLesion(4);
  // As the system does it: a multipart form is posted to the share target of the manifest.
  await Promise.all([
    page.waitForURL(/#\/$/),
    page.evaluate(
      (bytes) => {
        const files = new DataTransfer();
        for (const name of ['eins ä.jpg', 'two.jpg']) {
          files.items.add(new File([Uint8Array.from(bytes)], name, { type: 'image/jpeg' }));
        }
        const form = Object.assign(document.createElement('form'), {
          method: 'POST',
          enctype: 'multipart/form-data',
          action: './share-target',
        });
        const input = Object.assign(document.createElement('input'), {
          type: 'file',
          name: 'pictures',
          multiple: true,
        });
        input.files = files.files;
        form.append(input);
        document.body.append(form);
        form.submit();
      },
      [...picture],
    ),
  ]);
  // Any site could have sent them: nothing is taken in before the person says so.
  await expect(page.getByText(words('device_shared', { count: 2 }))).toBeVisible();
  await expect(page.getByRole('button', { name: words('classify_queue_all') })).toBeHidden();
  expect(await sharedPictures(page)).toBe(false);
  await page.getByRole('button', { name: words('device_shared_take') }).click();
  await page.getByRole('button', { name: words('classify_queue_all') }).click();
  await expect(
    page.getByText(words('classify_queue_progress', { done: 2, total: 2 }), { exact: true }),
  ).toBeVisible({
    timeout: 45_000,
  });
  expect(new URL(page.url()).search).toBe('');
  expect(await sharedPictures(page)).toBe(false);
  await app.go('history');
  await app.history.expectCount(2);
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_source_shared'))).toBeVisible();
  await page.goto('./');
  await expect(app.classify.sampleButton).toBeVisible();
});

test('a share that brought nothing is told', async ({ app, page }) => {
  await app.start('./?shared=failed#/');
  await expect(page.getByText(words('device_launch_failed'))).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
});

test('files opened with the app are taken in', async ({ app, page }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'launchQueue', {
      value: { setConsumer: (consumer: unknown) => Object.assign(window, { openFiles: consumer }) },
    });
  });
  await app.start();
  await page.evaluate(
    (bytes) => {
      const file = new File([Uint8Array.from(bytes)], 'mole.jpg', { type: 'image/jpeg' });
      const { openFiles } = window as unknown as { openFiles: (params: unknown) => void };
      openFiles({ files: [{ getFile: () => Promise.resolve(file) }] });
    },
    [...(await drawLesion(5))],
  );
  await app.classify.classify();
  await app.classify.saved();
});

test('the shortcut to the camera opens it, once, and not before the disclaimer was read', async ({
  app,
  page,
}) => {
  const camera = page.getByRole('button', { name: words('camera_close') });
  await app.start('./?action=camera#/');
  await expect(app.classify.sampleButton).toBeVisible();
  await expect(camera).toBeHidden();
  await page.goto('./?action=camera#/');
  await expect(camera).toBeVisible();
  expect(new URL(page.url()).search).toBe('');
  await page.reload();
  await expect(app.classify.sampleButton).toBeVisible();
  await expect(camera).toBeHidden();
});

test('a newer version waits until it is asked for, and then takes over', async ({ app, page, context }) => {
  const original = String(await readBuilt('index.html'));
  let newer = false;
  const server = await host({
    '/index.html': giving('text/html', () =>
      newer ? original.replace('<head>', '<head data-newer>') : original,
    ),
    '/service-worker.js': giving('text/javascript', async () => {
      const worker = String(await readBuilt('service-worker.js'));
      // What a build with another index.html would write.
      return newer
        ? worker.replace(
            /"revision":"[0-9a-f]+","url":"index\.html"/,
            '"revision":"newer","url":"index.html"',
          )
        : worker;
    }),
  });
  await app.start(server.url);
  await app.keptForOffline();
  const other = await context.newPage();
  await other.goto(server.url);

  newer = true;
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const ready = page.getByText(words('device_update_ready'));
  await expect(ready).toBeVisible();
  await expect(other.getByText(words('device_update_ready'))).toBeVisible();
  await page.reload();
  await expect(page.locator('head[data-newer]')).toHaveCount(0);
  await expect(ready).toBeVisible();

  await page.getByRole('button', { name: words('device_update_apply') }).click();
  await expect(page.locator('head[data-newer]')).toHaveCount(1);
  await expect(ready).toBeHidden();
  // The other tab is not torn away from what it does.
  await expect(other.getByText(words('device_update_replaced'))).toBeVisible();
  await expect(other.locator('head[data-newer]')).toHaveCount(0);
  await other.getByRole('button', { name: words('device_reload') }).click();
  await expect(other.locator('head[data-newer]')).toHaveCount(1);
  server.close();
});

test('installing is offered in settings, and only where the browser can', async ({ app, page }) => {
  await app.start();
  await app.go('settings');
  const button = page.getByRole('button', { name: words('storage_install') });
  await expect(page.getByText(words('storage_title'))).toBeVisible();
  await expect(button).toBeHidden();
  await page.evaluate(() => {
    const offer = new Event('beforeinstallprompt', { cancelable: true });
    Object.assign(offer, { prompt: () => Promise.resolve({ outcome: 'accepted' }) });
    dispatchEvent(offer);
  });
  await button.click();
  await expect(button).toBeHidden();
});

test('the licences of all that it contains come with it', async ({ app, page, request }) => {
  await app.start();
  await app.go('about');
  const link = page.getByRole('link', { name: words('about_licences_link') });
  const text = await (await request.get((await link.getAttribute('href')) ?? '')).text();
  for (const work of [
    'svelte ',
    '@tensorflow/tfjs-core',
    'XNNPACK',
    'workbox-precaching',
    'idb ',
    'valibot',
  ]) {
    expect(text).toContain(work);
  }
});

test('what opens a HEIC comes with the first such picture, and works offline from then on', async ({
  app,
  page,
  context,
  problems,
}) => {
  const picture = join(import.meta.dirname, 'fixtures/pictures/still.heic');
  // The browser's own words for what cannot be fetched.
  problems.allow(/Failed to load resource|ERR_INTERNET_DISCONNECTED/);
  await app.start((await host()).url);
  await app.modelReady();
  await app.keptForOffline();
  await context.setOffline(true);
  await app.classify.choose(picture);
  await expect(page.getByRole('alert').getByText(words('failure_decoder_missing'))).toBeVisible();
  await context.setOffline(false);
  await page.reload();
  await app.classify.choose(picture);
  await expect(app.classify.classifyButton).toBeEnabled();
  await context.setOffline(true);
  await page.reload();
  await app.classify.choose(picture);
  await app.classify.classify();
  await app.classify.saved();
});
