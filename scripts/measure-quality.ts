/**
 * Measures what the limits of src/image/quality.ts are chosen by: their rates on training pictures as they
 * are, blurred, darkened, brightened, with glare, from afar and cut off; prints the table of docs/reading.md.
 * `npm run quality-limits -- [pictures a set]`
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { median, quantileSorted } from 'simple-statistics';
import { centredCrop } from '../src/domain/crop.ts';
import type { Spot } from '../src/image/locate.ts';
import type { QualityIssue } from '../src/domain/prediction.ts';
import { issuesOf, measureQuality, type QualityMeasures } from '../src/image/quality.ts';
import { networkSide, resampleSquare } from '../src/image/resample/resample.ts';

const root = join(import.meta.dirname, '..');
const data = process.env['LENTIGO_DATA'] ?? join(root, '../shared/datasets');
const perSet = Number(process.argv[2] ?? 400);

const raw = { width: networkSide, height: networkSide, channels: 3 } as const;

interface Change {
  readonly name: string;
  /** What should be found. */
  readonly issue?: QualityIssue;
  /** @param rgb a frame of 224 x 224 */
  readonly apply: (rgb: Uint8Array, spot: Spot | undefined) => Promise<Uint8Array>;
}

const changes: readonly Change[] = [
  { name: 'as it is', apply: (rgb) => Promise.resolve(rgb) },
  { name: 'Gaussian blur, sigma 1 px', issue: 'blurred', apply: (rgb) => blurred(rgb, 1) },
  { name: 'Gaussian blur, sigma 2 px', issue: 'blurred', apply: (rgb) => blurred(rgb, 2) },
  { name: 'Gaussian blur, sigma 3 px', issue: 'blurred', apply: (rgb) => blurred(rgb, 3) },
  { name: '2 stops less light', issue: 'too-dark', apply: (rgb) => exposed(rgb, -2) },
  { name: '3 stops less light', issue: 'too-dark', apply: (rgb) => exposed(rgb, -3) },
  { name: '1 stop more light', issue: 'too-bright', apply: (rgb) => exposed(rgb, 1) },
  { name: '2 stops more light', issue: 'too-bright', apply: (rgb) => exposed(rgb, 2) },
  { name: 'glare on 2 % of the frame', issue: 'glare', apply: (rgb) => glaring(rgb, 0.02) },
  { name: 'glare on 5 % of the frame', issue: 'glare', apply: (rgb) => glaring(rgb, 0.05) },
  { name: 'glare on 10 % of the frame', issue: 'glare', apply: (rgb) => glaring(rgb, 0.1) },
  { name: '3 times as far away', issue: 'spot-small', apply: (rgb) => shrunk(rgb, 3) },
  { name: '5 times as far away', issue: 'spot-small', apply: (rgb) => shrunk(rgb, 5) },
  { name: 'a quarter of the spot cut off', issue: 'spot-cut', apply: (rgb, spot) => cut(rgb, spot, 0.25) },
  { name: 'half of the spot cut off', issue: 'spot-cut', apply: (rgb, spot) => cut(rgb, spot, 0.5) },
];

async function blurred(rgb: Uint8Array, sigma: number): Promise<Uint8Array> {
  return sharp(rgb, { raw }).blur(sigma).raw().toBuffer();
}

/** Two white spots with soft edges that cover `share` of the frame together, one of them near the middle. */
async function glaring(rgb: Uint8Array, share: number): Promise<Uint8Array> {
  const radius = networkSide * Math.sqrt(share / 2 / Math.PI);
  const at = (x: number, y: number): string =>
    `<circle cx="${x * networkSide}" cy="${y * networkSide}" r="${radius}" fill="white"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${networkSide}" height="${networkSide}">
    ${at(0.42, 0.4)}${at(0.7, 0.62)}</svg>`;
  const light = await sharp(Buffer.from(svg)).blur(2).png().toBuffer();
  return sharp(rgb, { raw })
    .composite([{ input: light }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** The frame at 1/factor of its size, its rim fading into plain skin of the colour that the rim has. */
async function shrunk(rgb: Uint8Array, factor: number): Promise<Uint8Array> {
  const side = Math.round(networkSide / factor);
  const before = Math.floor((networkSide - side) / 2);
  const fade = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">
    <radialGradient id="g"><stop offset="0.75" stop-color="white"/>
    <stop offset="1" stop-color="white" stop-opacity="0"/></radialGradient>
    <rect width="100%" height="100%" fill="url(#g)"/></svg>`);
  const small = await sharp(rgb, { raw })
    .resize(side, side)
    .ensureAlpha()
    .composite([{ input: fade, blend: 'dest-in' }])
    .png()
    .toBuffer();
  return sharp({ create: { ...raw, background: rimColour(rgb) } })
    .composite([{ input: small, left: before, top: before }])
    .removeAlpha()
    .raw()
    .toBuffer();
}

/** Median of the pixels a tenth of the side away from the border, channel by channel. */
function rimColour(rgb: Uint8Array): { r: number; g: number; b: number } {
  const margin = Math.round(networkSide / 10);
  const rim = Array.from({ length: networkSide - 2 * margin }, (_, i) => margin + i).flatMap((i) => [
    margin * networkSide + i,
    (networkSide - 1 - margin) * networkSide + i,
    i * networkSide + margin,
    i * networkSide + networkSide - 1 - margin,
  ]);
  const [r, g, b] = [0, 1, 2].map((channel) => median(rim.map((i) => rgb[3 * i + channel] ?? 0)));
  return { r: r ?? 0, g: g ?? 0, b: b ?? 0 };
}

/** The frame moved so that its left border cuts off a share of the spot's width. */
async function cut(rgb: Uint8Array, spot: Spot | undefined, share: number): Promise<Uint8Array> {
  const left = spot ? Math.round((spot.box.x + share * spot.box.width) * networkSide) : 0;
  return sharp(rgb, { raw })
    .extract({ left, top: 0, width: networkSide - left, height: networkSide })
    .extend({ right: left, extendWith: 'copy' })
    .raw()
    .toBuffer();
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

async function cropOf(file: string): Promise<Uint8Array> {
  const { width, height } = await sharp(file).metadata();
  const { x, y, side } = centredCrop({ width, height });
  const square = sharp(file).extract({ left: x, top: y, width: side, height: side });
  return resampleSquare(await square.removeAlpha().toColourspace('srgb').raw().toBuffer(), side);
}

function percentiles(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.01, 0.05, 0.5, 0.95, 0.99].map((p) => quantileSorted(sorted, p).toFixed(3)).join('  ');
}

/** Numbers of a frame that the limits stand on. */
const numbers: Record<string, (measures: QualityMeasures) => number> = {
  blur: ({ blur }) => blur,
  highlight: ({ highlight }) => highlight,
  clipped: ({ clipped }) => clipped,
  glare: ({ glare }) => glare,
  spot: ({ spot }) => (spot ? Math.max(spot.box.width, spot.box.height) : 0),
  cut: ({ spot }) => spot?.cut ?? 0,
  contrast: ({ spot }) => spot?.contrast ?? 0,
};

const sets = ['ham10000', 'isic2018_task1', 'pad_ufes20'];
const table = changes.map(({ name, issue }) => [name, issue ?? 'anything']);
const alarms = new Map<string, string[]>();

for (const set of sets) {
  const ids = await trainingPictures(set);
  const frames: Uint8Array[] = [];
  for (const id of ids) frames.push(await cropOf(join(data, set, 'images', `${id}.jpg`)));
  const spots = frames.map((frame) => measureQuality(frame).spot);
  console.log(`\n${set}: ${frames.length} training pictures; percentiles 1, 5, 50, 95, 99`);
  const share = (count: number): string => `${((100 * count) / frames.length).toFixed(1)} %`;
  for (const [row, { name, issue, apply }] of changes.entries()) {
    const measures: QualityMeasures[] = [];
    for (const [i, frame] of frames.entries()) measures.push(measureQuality(await apply(frame, spots[i])));
    const found = measures.map((each) => issuesOf(each, { x: 0, y: 0, side: networkSide }));
    console.log(name);
    for (const [number, of] of Object.entries(numbers)) {
      console.log(`  ${number.padEnd(9)} ${percentiles(measures.map(of))}`);
    }
    table[row]?.push(share(found.filter((each) => (issue ? each.includes(issue) : each.length > 0)).length));
    if (issue) continue;
    for (const each of new Set(changes.flatMap((change) => change.issue ?? []))) {
      const count = found.filter((issues) => issues.includes(each)).length;
      alarms.set(each, [...(alarms.get(each) ?? []), share(count)]);
    }
  }
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
console.log(`\n${line(['picture', 'found', ...sets])}\n${line(['---', '---', ...sets.map(() => '---:')])}`);
for (const cells of table.slice(0, 1)) console.log(line(cells));
for (const [issue, rates] of alarms) console.log(line(['as it is', issue, ...rates]));
for (const cells of table.slice(1)) console.log(line(cells));
