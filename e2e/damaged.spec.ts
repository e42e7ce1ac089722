/** Pictures that did not arrive whole: half a melanoma must not be read as harmless. */
import path from 'node:path';
import { drawLesion } from './support/lesion.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** A JPEG of which the second half is missing, closed by an end marker as a careless program would. */
async function half(seed: number): Promise<Buffer> {
  const whole = await drawLesion(seed);
  return Buffer.concat([whole.subarray(0, whole.length / 2), whole.subarray(-2)]);
}

test('half a picture is refused, by itself and among others', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  const mimeType = 'image/jpeg';
  await app.classify.choose([{ name: 'half.jpg', mimeType, buffer: await half(1) }]);
  const refused = page.getByRole('alert').getByText(words('failure_picture_damaged'));
  await expect(refused).toBeVisible();
  await expect(app.classify.result).toBeHidden();
  // The same file fails again: another one is offered.
  await expect(page.getByRole('button', { name: words('classify_replace') })).toBeVisible();
  await expect(page.getByRole('button', { name: words('classify_retry') })).toHaveCount(0);

  await page.reload();
  await app.modelReady();
  await app.classify.choose([
    { name: 'a.jpg', mimeType, buffer: await drawLesion(2) },
    { name: 'half.jpg', mimeType, buffer: await half(3) },
    { name: 'c.jpg', mimeType, buffer: await drawLesion(4) },
  ]);
  await page.getByRole('button', { name: words('classify_queue_all'), exact: true }).click();
  const done = words('classify_queue_progress', { done: 3, total: 3 });
  await expect(page.getByText(done, { exact: true })).toBeVisible({ timeout: 60_000 });
  await app.go('history');
  await app.history.expectCount(2);
});

test('a conversion that is stopped says so, and is no failure of the picture', async ({ app, page }) => {
  await app.start();
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  // The decoder is on its way for as long as the person waits.
  await page.route(/foreign-heic/, () => begin());
  await app.classify.choose(path.join(import.meta.dirname, 'fixtures/pictures/still.heic'));
  await begun;
  await expect(page.getByText(words('frame_converting'))).toBeVisible();
  // What cannot be done yet is not offered.
  await expect(app.classify.classifyButton).toHaveCount(0);
  await expect(page.getByText(words('frame_hint'))).toBeHidden();
  const other = page.getByRole('button', { name: words('classify_replace') });
  const before = await other.boundingBox();
  await page.getByRole('button', { name: words('classify_stop'), exact: true }).click();
  await expect(page.getByRole('heading', { name: words('classify_stopped_title') })).toBeVisible();
  await expect(page.getByText(words('classify_failed_title'))).toHaveCount(0);
  await expect(page.getByRole('button', { name: words('classify_retry') })).toBeVisible();

  await page.unroute(/foreign-heic/);
  await page.getByRole('button', { name: words('classify_retry') }).click();
  await expect(app.classify.classifyButton).toBeEnabled();
  await expect(page.getByText(words('frame_hint'))).toBeVisible();
  // What opens does not move the buttons away from the finger.
  const after = await other.boundingBox();
  expect(Math.abs((after?.y ?? 0) - (before?.y ?? Infinity))).toBeLessThanOrEqual(2);
});
