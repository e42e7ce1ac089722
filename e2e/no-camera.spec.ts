import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test('a device without a camera says so and leads back to files', async ({ app, page }) => {
  await app.start();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  await expect(page.getByRole('alert')).toContainText(words('camera_failed_missing'));
  await page.getByRole('button', { name: words('camera_files') }).click();
  await expect(app.classify.sampleButton).toBeVisible();
});
