import { cameraFlags, chromiumOptions } from '../scripts/browser.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const { args = [], ...options } = chromiumOptions();
test.use({ launchOptions: { ...options, args: [...args, ...cameraFlags] } });

test('a picture is taken with the camera and read', async ({ app, page }) => {
  await app.start();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  // This one is released by hand.
  await page.getByRole('button', { name: words('camera_auto') }).click();
  const video = page.getByLabel(words('camera_preview'));
  // The preview moves: the browser's test camera shows a running clock.
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime))
    .toBeGreaterThan(0);
  await page.getByRole('button', { name: words('camera_shutter') }).click();
  await expect(video).toBeHidden();
  await app.classify.classify();
  await app.classify.saved();
  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_source_camera'))).toBeVisible();
});

test('closing the camera lets go of it', async ({ app, page }) => {
  await app.start();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  const video = page.getByLabel(words('camera_preview'));
  await expect(page.getByRole('button', { name: words('camera_shutter') })).toBeEnabled();
  const stream = await video.evaluateHandle((element: HTMLVideoElement) => element.srcObject as MediaStream);
  expect(await stream.evaluate((each) => each.active)).toBe(true);
  await page.getByRole('button', { name: words('camera_close') }).click();
  await expect.poll(() => stream.evaluate((each) => each.active)).toBe(false);
  await expect(app.classify.sampleButton).toBeVisible();
});
