/**
 * Measures what the limits of src/image/quality.ts are chosen by: their rates on training pictures as they
 * are, blurred, darkened and brightened. `npm run quality-limits -- [pictures a set]`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { quantileSorted } from 'simple-statistics';
import { centredFrame } from '../src/image/frame.ts';
import { assessQuality, measureQuality, type QualityMeasures } from '../src/image/quality.ts';
import { networkSide, resampleSquare } from '../src/image/resample.ts';

const root = join(import.meta.dirname, '..');
const data = process.env['LENTIGO_DATA'] ?? join(root, '../shared/datasets');
const perSet = Number(process.argv[2] ?? 400);

/** Changes of a frame of 224 x 224 RGB, by name. */
const changes: Record<string, (rgb: Uint8Array) => Promise<Uint8Array>> = {
  'as it is': (rgb) => Promise.resolve(rgb),
  'blurred, sigma 1': (rgb) => blurred(rgb, 1),
  'blurred, sigma 2': (rgb) => blurred(rgb, 2),
  'blurred, sigma 3': (rgb) => blurred(rgb, 3),
  '2 stops darker': (rgb) => exposed(rgb, -2),
  '3 stops darker': (rgb) => exposed(rgb, -3),
  '1 stop brighter': (rgb) => exposed(rgb, 1),
  '2 stops brighter': (rgb) => exposed(rgb, 2),
};

async function blurred(rgb: Uint8Array, sigma: number): Promise<Uint8Array> {
  const raw = { width: networkSide, height: networkSide, channels: 3 } as const;
  return sharp(rgb, { raw }).blur(sigma).raw().toBuffer();
}

/** As if the light had been 2^stops as strong: a factor in linear light, clipped at white. */
function exposed(rgb: Uint8Array, stops: number): Promise<Uint8Array> {
  const curve = Uint8Array.from({ length: 256 }, (_, level) => {
    const light = Math.min(1, (level / 255) ** 2.2 * 2 ** stops);
    return Math.round(light ** (1 / 2.2) * 255);
  });
  return Promise.resolve(rgb.map((level) => curve[level] ?? 0));
}

async function trainingPictures(set: string): Promise<string[]> {
  const file = await readFile(join(root, 'training/splits', `${set}.csv`));
  const rows = parse<{ image_id: string; split: string }>(file, { columns: true });
  const ids = rows.filter((row) => row.split === 'train').map((row) => row.image_id);
  const step = Math.max(1, ids.length / perSet);
  return ids.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

async function frameOf(file: string): Promise<Uint8Array> {
  const { width, height } = await sharp(file).metadata();
  const { x, y, side } = centredFrame({ width, height });
  const square = sharp(file).extract({ left: x, top: y, width: side, height: side });
  return resampleSquare(await square.removeAlpha().toColourspace('srgb').raw().toBuffer(), side);
}

function percentiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.01, 0.05, 0.5, 0.95, 0.99].map((p) => quantileSorted(sorted, p).toFixed(3)).join('  ');
}

for (const set of ['ham10000', 'isic2018_task1', 'pad_ufes20']) {
  const ids = await trainingPictures(set);
  const frames = await Promise.all(ids.map((id) => frameOf(join(data, set, 'images', `${id}.jpg`))));
  console.log(`\n${set}: ${frames.length} training pictures; percentiles 1, 5, 50, 95, 99`);
  for (const [name, change] of Object.entries(changes)) {
    const changed = await Promise.all(frames.map((frame) => change(frame)));
    const measures = changed.map((frame) => measureQuality(frame));
    const issues = changed.flatMap((frame) => assessQuality(frame, { x: 0, y: 0, side: networkSide }));
    const rate = (issue: string): string =>
      `${((100 * issues.filter((found) => found === issue).length) / frames.length).toFixed(1)} % ${issue}`;
    console.log(`${name}: ${['blurred', 'too-dark', 'too-bright'].map(rate).join(', ')}`);
    for (const measure of ['blur', 'highlight', 'clipped'] satisfies (keyof QualityMeasures)[]) {
      console.log(`  ${measure.padEnd(9)} ${percentiles(measures.map((found) => found[measure]))}`);
    }
  }
}
