/**
 * The pictures of the install dialog and of the README: the built app in `dist` reads its synthetic sample.
 * `npm run build && npm run screenshots`, then build again.
 */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import messages from '../src/i18n/messages/en.json' with { type: 'json' };
import { launchChromium } from './browser.ts';
import { serve } from './static-server.ts';

const root = path.resolve(import.meta.dirname, '..');
const pictures = [
  { file: 'public/icons/screenshot-narrow.webp', width: 390, height: 844 },
  { file: 'public/icons/screenshot-wide.webp', width: 1280, height: 800 },
  { file: 'docs/images/result.webp', width: 1180, height: 820 },
];

const server = await serve({ '/': path.join(root, 'dist') });
const browser = await launchChromium();
try {
  for (const { file, ...viewport } of pictures) {
    const page = await browser.newPage({
      viewport,
      deviceScaleFactor: 2,
      locale: 'en-GB',
      reducedMotion: 'reduce',
    });
    await page.goto(server.url);
    await page.getByRole('button', { name: messages.disclaimer_accept }).click();
    await page.getByRole('button', { name: messages.mode_self }).click();
    await page.getByRole('button', { name: messages.classify_sample }).click();
    await page.getByRole('button', { name: messages.classify_action, exact: true }).click();
    const shown = page.getByRole('button', { name: messages.reading_refused_show });
    const result = page.getByRole('heading', { name: messages.result_looks_like });
    await shown.or(result).waitFor({ timeout: 60_000 });
    if (await shown.isVisible()) await shown.click();
    await page.getByText(messages.saving_saved).waitFor();
    // Beside the picture, the result is in sight without scrolling.
    if (viewport.width >= 1000) await page.evaluate(() => scrollTo(0, 0));
    // Nothing is under the pointer.
    await page.mouse.move(0, 0);
    await mkdir(path.join(root, path.dirname(file)), { recursive: true });
    await sharp(await page.screenshot())
      .webp({ quality: 82 })
      .toFile(path.join(root, file));
    console.log(file);
    await page.close();
  }
} finally {
  await browser.close();
  server.close();
}
