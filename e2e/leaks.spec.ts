import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buildPage } from '../scripts/build-page.ts';
import type { EvaluationPage } from '../scripts/evaluate/page/main.ts';
import { serve } from '../scripts/static-server.ts';
import { dist, giving } from './support/host.ts';
import { drawLesion } from './support/lesion.ts';
import { liveObjectUrls, watchObjectUrls } from './support/object-urls.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

declare const window: { evaluation: EvaluationPage };

const many = 200;

test(`${many} readings leave no tensor behind`, async ({ page, problems }) => {
  // This page has no icon.
  problems.allow(/favicon\.ico/);
  const folder = await buildPage(join(import.meta.dirname, '../scripts/evaluate/page'));
  const server = await serve({
    '/': folder,
    '/model/': join(dist, 'model'),
    '/picture/': giving('image/jpeg', () => drawLesion(1)),
  });
  try {
    await page.goto(server.url);
    await page.evaluate(() => window.evaluation.prepare('wasm'));
    await page.evaluate(() => window.evaluation.classify(0, false));
    const before = await page.evaluate(() => window.evaluation.tensors());
    const errors = await page.evaluate(async (count) => {
      const found: string[] = [];
      for (let number = 0; number < count; number++) {
        const answer = await window.evaluation.classify(number, false);
        if ('error' in answer) found.push(answer.error);
      }
      return found;
    }, many);
    expect(errors).toEqual([]);
    // The weights are tensors too: the count is not one that never moves.
    expect(before).toBeGreaterThan(50);
    expect(await page.evaluate(() => window.evaluation.tensors())).toBe(before);
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});

test('pictures that are looked at in passing leave no bitmap behind', async ({ app, page }) => {
  await page.addInitScript(() => {
    const came = new Set<ImageBitmap>();
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its bitmap below
    const close = ImageBitmap.prototype.close;
    ImageBitmap.prototype.close = function () {
      came.delete(this);
      close.call(this);
    };
    Object.assign(window, { bitmaps: came });
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<{ result?: { preview?: ImageBitmap } }>) => {
          if (data.result?.preview) came.add(data.result.preview);
        });
      }
    };
  });
  const bitmaps = (): Promise<number> =>
    page.evaluate(() => (window as unknown as { bitmaps: Set<ImageBitmap> }).bitmaps.size);
  await app.start();
  await app.modelReady();
  await app.classify.choose(
    await Promise.all(
      Array.from({ length: 6 }, async (_, seed) => ({
        name: `${seed}.jpg`,
        mimeType: 'image/jpeg',
        buffer: await drawLesion(seed, 1500),
      })),
    ),
  );
  const entries = page.getByRole('region', { name: words('classify_queue_title') }).getByRole('listitem');
  await expect(entries).toHaveCount(6);
  // All in one turn of the page: most are given up before they are opened, or while they are.
  await entries
    .getByRole('button')
    .evaluateAll((buttons) => buttons.forEach((each) => (each as HTMLElement).click()));
  await expect.poll(bitmaps).toBe(1);
  await page.getByRole('button', { name: words('classify_queue_all') }).click();
  const done = words('classify_queue_progress', { done: 6, total: 6 });
  await expect(page.getByText(done, { exact: true })).toBeVisible({ timeout: 90_000 });
  await expect.poll(bitmaps).toBe(1);
  await page.getByRole('button', { name: words('classify_queue_clear') }).click();
  await expect.poll(bitmaps).toBe(0);
});

test(`a queue of ${many} pictures leaves no object URL behind`, async ({ app, page }) => {
  await watchObjectUrls(page);
  await app.start();
  await app.modelReady();
  const before = await liveObjectUrls(page);
  const pictures = await Promise.all(
    Array.from({ length: many }, async (_, seed) => ({
      name: `${seed}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawLesion(seed, 224),
    })),
  );
  await app.classify.choose(pictures);
  await page.getByRole('button', { name: words('classify_queue_all') }).click();
  const done = words('classify_queue_progress', { done: many, total: many });
  await expect(page.getByText(done, { exact: true })).toBeVisible({ timeout: 240_000 });
  // Thumbnails are object URLs while they are on the screen.
  expect(await liveObjectUrls(page)).toBeGreaterThan(before);
  await page.getByRole('button', { name: words('classify_queue_clear') }).click();
  await expect(app.classify.sampleButton).toBeVisible();
  await expect.poll(() => liveObjectUrls(page)).toBe(before);
  await app.go('history');
  await app.history.expectCount(many);
});
