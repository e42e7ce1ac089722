import { join } from 'node:path';
import { drawLesion } from './support/lesion.ts';
import type { App } from './support/app.ts';
import { host } from './support/host.ts';
import { ham10000, noPictures, testLabels } from './support/real-pictures.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

const classNames = (['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'] as const).map((code) =>
  words(`class_${code}_name`),
);

/** All classes by name, and percentages that are those of one whole. */
async function expectWholePrediction(app: App): Promise<void> {
  const rows = await app.classify.probabilities();
  expect(rows.map(({ name }) => name).sort()).toEqual([...classNames].sort());
  // Benign conditions have no figure beside advice that is not calm; "< 1 %" stands for 0 to 0.5, "> 99 %" for 99.5 to 100; the others are rounded.
  const bounds = rows.map(({ percent }) => {
    const value = Number(/\d+/.exec(percent)?.[0]);
    if (percent === '') return [0, 100] as const;
    if (percent.startsWith('<')) return [0, 0.5] as const;
    if (percent.startsWith('>')) return [99.5, 100] as const;
    return [value - 0.5, value + 0.5] as const;
  });
  expect(bounds.reduce((sum, [low]) => sum + low, 0)).toBeLessThanOrEqual(100);
  expect(bounds.reduce((sum, [, high]) => sum + high, 0)).toBeGreaterThanOrEqual(100);
  await expect(app.classify.detail(words('reading_details_time'))).toHaveText(/^[\d.]+ s, of which [\d.]+ s/);
  const backend = await app.classify.detail(words('reading_details_backend')).textContent();
  expect([words('backend_wasm'), words('backend_webgl')]).toContain(backend);
  await expect(app.classify.result.getByText(words('disclaimer_line'))).toBeVisible();
}

test('a picture is read with a network, without one, and is in the history', async ({
  app,
  page,
  problems,
}) => {
  const server = await host();
  await app.start(server.url);
  await app.modelReady();
  await app.classify.chooseSample();
  await app.classify.classify();
  await expectWholePrediction(app);
  await app.classify.saved();

  await app.keptForOffline();
  server.close();
  // The browser's own words for what cannot be fetched.
  problems.allow(/Failed to load resource|ERR_CONNECTION_REFUSED|NetworkError/);
  await page.reload();
  await app.modelReady();
  await app.classify.chooseSample();
  await app.classify.classify();
  await expectWholePrediction(app);
  await app.classify.saved();

  await app.go('history');
  await app.history.expectCount(2);
  await page.reload();
  await app.history.expectCount(2);
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_source_sample'))).toBeVisible();
  await expectWholePrediction(app);
});

test('a real picture is read', async ({ app, page }) => {
  const folder = ham10000();
  test.skip(!folder, noPictures);
  const [label] = testLabels();
  await app.start();
  await app.classify.choose(join(folder ?? '', label?.file ?? ''));
  await app.classify.classify();
  await expectWholePrediction(app);
  // A dermatoscopic picture of a lesion is one that the model knows.
  await expect(page.getByText(words('reading_refused_title'))).toBeHidden();
  await expect(app.classify.detail(words('reading_details_view'))).toHaveText(
    words('reading_view_dermatoscope'),
  );
  await app.classify.saved();
});

test('several pictures at once become a queue', async ({ app, page }) => {
  await app.start();
  await app.classify.choose(
    await Promise.all(
      [1, 2, 3].map(async (seed) => ({
        name: `${seed}.jpg`,
        mimeType: 'image/jpeg',
        buffer: await drawLesion(seed),
      })),
    ),
  );
  await page.getByRole('button', { name: words('classify_queue_all') }).click();
  const progress = page.getByText(words('classify_queue_progress', { done: 3, total: 3 }), { exact: true });
  await expect(progress).toBeVisible({ timeout: 45_000 });
  await app.go('history');
  await app.history.expectCount(3);
});
