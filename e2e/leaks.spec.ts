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
    await page.evaluate(() => window.evaluation.classify(0, false, 'centred'));
    const before = await page.evaluate(() => window.evaluation.tensors());
    const errors = await page.evaluate(async (count) => {
      const found: string[] = [];
      for (let number = 0; number < count; number++) {
        const answer = await window.evaluation.classify(number, false, 'centred');
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

test(`a queue of ${many} pictures leaves no object URL behind`, async ({ app, page }) => {
  test.setTimeout(300_000);
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
