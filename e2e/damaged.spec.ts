/** Pictures that did not arrive whole: half a melanoma must not be read as harmless. */
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
