import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { cameraFlags, chromiumOptions } from '../scripts/browser.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

// What the browser's camera shows, over and over: a blurred spot for eight seconds, then a sharp one for thirty.
const folder = join(import.meta.dirname, '../test-results');
const film = join(folder, 'camera.mjpeg');
const sample = readFileSync(new URL('../public/sample/synthetic-lesion.jpg', import.meta.url));
const still = sharp(sample).resize(640, 480, { fit: 'cover' });
const [blurred, sharpened] = await Promise.all([
  still.clone().blur(8).jpeg().toBuffer(),
  still.clone().jpeg({ quality: 92 }).toBuffer(),
]);
mkdirSync(folder, { recursive: true });
writeFileSync(
  film,
  Buffer.concat([...Array<Buffer>(240).fill(blurred), ...Array<Buffer>(900).fill(sharpened)]),
);

const { args = [], ...options } = chromiumOptions();
const flags = [...cameraFlags, `--use-file-for-fake-video-capture=${film}`];
test.use({ launchOptions: { ...options, args: [...args, ...flags] } });

test('the camera advises while one aims, and releases by itself when all is well', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  const sheet = page.getByRole('dialog');
  const automatic = sheet.getByRole('button', { name: words('camera_auto') });
  await automatic.click();
  await expect(sheet.getByText(words('camera_fault_blurred'))).toBeVisible();
  const looks = async (): Promise<number> => Number(await sheet.getAttribute('data-looks'));
  const before = await looks();
  const began = Date.now();
  await expect.poll(looks).toBeGreaterThan(before + 10);
  const rate = (1000 * ((await looks()) - before)) / (Date.now() - began);
  test.info().annotations.push({ type: 'looks a second', description: rate.toFixed(1) });

  // Without a zoom of its own the camera's picture is cropped.
  await sheet.getByRole('slider', { name: words('camera_zoom') }).fill('1.2');
  await automatic.click();
  await expect(sheet).toBeHidden({ timeout: 60_000 });
  await expect(app.classify.classifyButton).toBeEnabled();
  await expect(page.getByText(words('reading_quality_blurred'))).toBeHidden();
  await app.classify.classify();
  await app.classify.saved();
});
