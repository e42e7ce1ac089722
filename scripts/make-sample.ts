/**
 * `npm run sample`: draws public/sample/synthetic-lesion.jpg, a picture that looks as if it came from a
 * dermatoscope, so that the app can be tried without a picture of anybody. The same bytes every time.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import sharp from 'sharp';

const width = 1024;
const height = 768;
const centre = { x: 540, y: 372 };

type Vector = readonly [number, number, number];

/** A fixed random number, 0..1, for a point of a grid. */
function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(seed, 1274126177);
  h = Math.imul(h ^ (h >>> 13), 1103515245);
  h = Math.imul(h ^ (h >>> 16), 2246822519);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function blend(a: Vector, b: Vector, share: number): Vector {
  return [mix(a[0], b[0], share), mix(a[1], b[1], share), mix(a[2], b[2], share)];
}

/** 0 below `low`, 1 above `high`, smooth between. */
function smoothstep(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** Value noise, 0..1, features of about one unit. */
function noise(x: number, y: number, seed: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smoothstep(0, 1, x - left), smoothstep(0, 1, y - top)];
  const upper = mix(hash(left, top, seed), hash(left + 1, top, seed), u);
  const lower = mix(hash(left, top + 1, seed), hash(left + 1, top + 1, seed), u);
  return mix(upper, lower, v);
}

/** Several octaves of noise, 0..1. */
function clouds(x: number, y: number, seed: number, octaves = 4): number {
  let sum = 0;
  let total = 0;
  for (let octave = 0; octave < octaves; octave++) {
    sum += noise(x * 2 ** octave, y * 2 ** octave, seed + octave) / 2 ** octave;
    total += 1 / 2 ** octave;
  }
  return sum / total;
}

/** Distances to the nearest and the second nearest of scattered points, about one a unit square. */
function cells(x: number, y: number, seed: number): { first: number; second: number } {
  let first = Infinity;
  let second = Infinity;
  for (let row = Math.floor(y) - 1; row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x) - 1; column <= Math.floor(x) + 1; column++) {
      const distance = Math.hypot(
        column + hash(column, row, seed) - x,
        row + hash(column, row, seed + 1) - y,
      );
      second = Math.min(second, Math.max(first, distance));
      first = Math.min(first, distance);
    }
  }
  return { first, second };
}

/** Clouds whose own coordinates drift, so that no grid shows: 0..1. */
function swirls(x: number, y: number, seed: number): number {
  const driftX = 1.6 * clouds(x, y, seed + 10, 3);
  const driftY = 1.6 * clouds(x + 5.2, y + 1.3, seed + 20, 3);
  return clouds(x + driftX, y + driftY, seed, 5);
}

/** How deep inside of the lesion a point lies: 1 at the centre, 0 at the irregular border, negative outside. */
function depth(x: number, y: number): number {
  const [dx, dy] = [(x - centre.x) / 1.15, y - centre.y];
  const angle = Math.atan2(dy, dx);
  const lobes = 16 * Math.sin(2 * angle + 0.6) + 11 * Math.sin(3 * angle + 2.1) + 8 * Math.sin(5 * angle + 4);
  const ragged = 90 * (swirls(x / 55, y / 55, 11) - 0.5);
  return 1 - (Math.hypot(dx, dy) + ragged) / (200 + lobes);
}

function skin(x: number, y: number): Vector {
  const tone = blend([228, 182, 164], [214, 160, 144], clouds(x / 260, y / 260, 1));
  const mottled = (swirls(x / 30, y / 30, 5) - 0.5) * 20;
  // Furrows between small fields of skin, as a dermatoscope shows them.
  const bend = 6 * (clouds(x / 20, y / 20, 9) - 0.5);
  const { first, second } = cells((x + bend) / 24, (y - bend) / 18, 7);
  const furrow = 4 * (1 - smoothstep(0, 0.25, second - first));
  return [tone[0] + mottled * 0.7 - furrow, tone[1] + mottled - furrow, tone[2] + mottled - furrow];
}

const pale: Vector = [186, 130, 96];
const brown: Vector = [136, 84, 56];
const dark: Vector = [66, 40, 32];

function lesion(x: number, y: number, inside: number): Vector {
  const patches = smoothstep(0.42, 0.66, swirls(x / 110, y / 110, 17));
  const ground = blend(pale, brown, smoothstep(0.05, 0.55, inside));
  const shaded = blend(ground, dark, patches * smoothstep(0.05, 0.3, inside) * 0.85);
  // The pigment network: soft dark lines around pale holes, stronger here and weaker there.
  const bendX = 9 * (clouds(x / 16, y / 16, 23) - 0.5);
  const bendY = 9 * (clouds(x / 16, y / 16, 27) - 0.5);
  const { first, second } = cells((x + bendX) / 12, (y + bendY) / 12, 41);
  const lines = 1 - smoothstep(0, 0.5, second - first);
  const strength = smoothstep(0, 0.2, inside) * mix(0.15, 0.6, clouds(x / 50, y / 50, 47));
  const speckles = smoothstep(0.5, 0.75, clouds(x / 9, y / 9, 53)) * 0.3;
  // A few globules near the border.
  const near = smoothstep(0.05, 0.12, inside) * (1 - smoothstep(0.25, 0.4, inside));
  const dots = cells(x / 38, y / 38, 59);
  const globule = (1 - smoothstep(0.06, 0.16, dots.first)) * near * 0.5;
  return blend(shaded, dark, Math.max(lines * strength, globule, speckles));
}

interface Hair {
  readonly from: readonly [number, number];
  readonly bend: readonly [number, number];
  readonly to: readonly [number, number];
}

const hairs: readonly Hair[] = [
  { from: [120, 90], bend: [300, 130], to: [470, 300] },
  { from: [880, -20], bend: [800, 180], to: [690, 300] },
  { from: [90, 640], bend: [260, 560], to: [410, 570] },
  { from: [960, 520], bend: [820, 560], to: [760, 700] },
  { from: [620, 800], bend: [560, 640], to: [480, 520] },
  { from: [1040, 300], bend: [930, 260], to: [850, 330] },
  { from: [-10, 330], bend: [110, 320], to: [190, 400] },
];

/** How much of each pixel hair covers, 0..1. */
function drawHairs(): Float32Array {
  const cover = new Float32Array(width * height);
  const steps = 1500;
  hairs.forEach(({ from, bend, to }) => {
    for (let step = 0; step <= steps; step++) {
      const t = step / steps;
      const at = (axis: 0 | 1): number =>
        (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * bend[axis] + t ** 2 * to[axis];
      const [hairX, hairY, radius] = [at(0), at(1), mix(1.9, 0.6, t)];
      for (let y = Math.floor(hairY - 3); y <= hairY + 3; y++) {
        for (let x = Math.floor(hairX - 3); x <= hairX + 3; x++) {
          if (x < 0 || y < 0 || x >= width || y >= height) continue;
          const share = 1 - smoothstep(radius - 0.7, radius + 0.7, Math.hypot(x - hairX, y - hairY));
          cover[y * width + x] = Math.max(cover[y * width + x] ?? 0, share);
        }
      }
    }
  });
  return cover;
}

function draw(): Uint8Array {
  const rgb = new Uint8ClampedArray(width * height * 3);
  const hair = drawHairs();
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const inside = depth(x, y);
      const reddened = blend(skin(x, y), [210, 138, 124], smoothstep(-0.4, 0, inside) * 0.3);
      const spread = 0.06 + 0.12 * clouds(x / 120, y / 120, 71);
      const skinOrLesion = blend(reddened, lesion(x, y, inside), smoothstep(-spread / 2, spread, inside));
      const pixel = blend(skinOrLesion, [58, 42, 36], (hair[y * width + x] ?? 0) * 0.8);
      const corner = Math.hypot(x - width / 2, y - height / 2) / Math.hypot(width / 2, height / 2);
      const light = 1.04 - 0.34 * corner ** 3;
      const grain = (hash(x, y, 97) - 0.5) * 7;
      rgb.set(
        pixel.map((value) => value * light + grain),
        at,
      );
    }
  }
  return new Uint8Array(rgb.buffer);
}

const folder = new URL('../public/sample/', import.meta.url);
const picture = await sharp(draw(), { raw: { width, height, channels: 3 } })
  .blur(0.7)
  .jpeg({ quality: 84, mozjpeg: true })
  .toBuffer();
await mkdir(folder, { recursive: true });
await writeFile(new URL('synthetic-lesion.jpg', folder), picture);
console.log(`synthetic-lesion.jpg: ${width} x ${height}, ${Math.round(picture.length / 1000)} kB`);
