/** Every kind of picture through the browser's decoder and the app's own worker. */
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test, type Page } from 'playwright/test';
import { buildPage } from '../scripts/build-page.ts';
import { serve, type StaticServer } from '../scripts/static-server.ts';
import { centredCrop } from '../src/domain/crop.ts';
import { resampleSquare } from '../src/image/resample/resample.ts';
import { makeLarge } from './fixtures/make-fixtures.ts';
import type { PicturePage } from './fixtures/page/main.ts';
import {
  foreign,
  large,
  quarters,
  quarteredSize,
  readable,
  unreadable,
  type Colour,
  type Readable,
} from './fixtures/pictures.ts';

declare const pictures: PicturePage;

const folder = join(import.meta.dirname, 'fixtures');
const made = new Map<string, Buffer>();
let built: string;
let server: StaticServer;

test.beforeAll(async () => {
  built = await buildPage(join(folder, 'page'));
  server = await serve({
    '/': built,
    '/picture/': (name, response) =>
      response.writeHead(200).end(made.get(name) ?? readFileSync(join(folder, 'pictures', name))),
  });
});

test.afterAll(async () => {
  server.close();
  await rm(built, { recursive: true, force: true });
});

test.beforeEach(async ({ page }) => {
  await page.goto(server.url);
  await page.waitForFunction('window.pictures');
});

function open(page: Page, name: string): ReturnType<PicturePage['open']> {
  return page.evaluate((picture) => pictures.open(picture), name);
}

function furthest(found: readonly (readonly number[])[], expected: readonly Colour[]): number {
  const differences = expected.flatMap((colour, i) =>
    colour.map((value, c) => Math.abs(value - (found[i]?.[c] ?? 999))),
  );
  return Math.max(...differences);
}

async function expectShown(page: Page, pictures: readonly Readable[]): Promise<void> {
  for (const { file, type, width, height, quarters: colours, tolerance } of pictures) {
    const opened = await open(page, file);
    expect.soft(opened, file).toMatchObject({ type, width, height });
    if ('failure' in opened) continue;
    expect.soft(furthest(opened.quarters, colours), file).toBeLessThanOrEqual(tolerance);
  }
}

test('pictures of every kind are shown upright and in their colours', async ({ page }) => {
  await expectShown(page, readable);
});

test('HEIC and TIFF are shown upright and in their colours', async ({ page }) => {
  await expectShown(page, foreign);
});

test('what is no whole picture is refused with the reason', async ({ page }) => {
  for (const { file, failure } of unreadable) expect.soft(await open(page, file), file).toEqual({ failure });
});

test('a picture of 50 megapixels is opened', async ({ page }) => {
  made.set('large.jpg', await makeLarge());
  const opened = await open(page, 'large.jpg');
  expect(opened).toMatchObject(large);
  expect('quarters' in opened && furthest(opened.quarters, quarters)).toBeLessThanOrEqual(6);
});

test('what is kept is upright, small and without metadata', async ({ page }) => {
  const wide = { width: 4096, height: 1000 };
  const camera = sharp({ create: { ...wide, channels: 3, background: '#c88c78' } });
  made.set(
    'camera.jpg',
    await camera
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withIccProfile('p3')
      .jpeg()
      .toBuffer(),
  );
  const frame = { x: 1000, y: 200, side: 600 };
  const kept = await page.evaluate(([name, square]) => pictures.keep(name, square), [
    'camera.jpg',
    frame,
  ] as const);
  expect(kept).toMatchObject({ width: 2048, height: 500, frame: { x: 500, y: 100, side: 300 } });
  expect(kept.thumbnail).toEqual({ width: 192, height: 192 });
  const metadata = await sharp(Buffer.from(kept.picture)).metadata();
  expect(metadata).toMatchObject({ format: 'jpeg', width: 2048, height: 500 });
  // Chromium adds a plain sRGB profile of its own.
  expect([metadata.exif, metadata.xmp, metadata.iptc]).toEqual([undefined, undefined, undefined]);

  const turned = await page.evaluate(([name, square]) => pictures.keep(name, square), [
    'orientation-6.jpg',
    { x: 0, y: 0, side: 64 },
  ] as const);
  expect(turned).toMatchObject(quarteredSize);
  expect(furthest(turned.quarters, quarters)).toBeLessThanOrEqual(8);
});

test('the network gets the pixels of the file, however the camera was held', async ({ page }) => {
  for (const orientation of [1, 2, 3, 6, 8]) {
    const file = await noise(orientation);
    made.set(`noise-${orientation}.jpg`, file);
    const { data, info } = await sharp(file).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { x, y, side } = centredCrop(info);
    const upright = sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } });
    const square = await upright.extract({ left: x, top: y, width: side, height: side }).raw().toBuffer();
    const expected = resampleSquare(square, side);
    const found = await page.evaluate((picture) => pictures.sample(picture), `noise-${orientation}.jpg`);
    const most = expected.reduce((max, value, i) => Math.max(max, Math.abs(value - (found[i] ?? 999))), 0);
    // Decoders may differ in the last place; a row or a column too early would be off by far more.
    expect.soft(most, `orientation ${orientation}`).toBeLessThanOrEqual(1);
    expect.soft(found.length).toBe(expected.length);
  }
});

/** A JPEG in which every part differs from every other. */
async function noise(orientation: number): Promise<Buffer> {
  const [width, height] = [1203, 901];
  const bytes = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let i = 0; i < bytes.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}
