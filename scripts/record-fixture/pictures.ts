/** Drawn pictures with made-up predictions, for a record that is a test fixture. */
import sharp from 'sharp';
import { emptyMask, encodeMask } from '../../src/image/mask';
import type { Measures } from '../../src/image/measures';
import type { Outline } from '../../src/image/outline';
import type { Reading } from '../../src/model/reading';
import type { NewExamination } from '../../src/records/examination';

const [width, height] = [160, 120];
const codes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];
const tones = ['#5a3a2a', '#7b4b34', '#3d2a26', '#8a5a48', '#6b3f5a'];

interface Wish {
  readonly seed: number;
  readonly top: string;
  readonly probability: number;
  readonly source?: NewExamination['source'];
  readonly reading?: Partial<Reading>;
}

/** A picture with its thumbnail and prediction. */
export async function drawn({ seed, top, probability, source = 'camera', reading }: Wish) {
  const skin = `hsl(${18 + (seed % 5) * 3} 48% ${66 + (seed % 4) * 4}%)`;
  const [rx, ry] = [20 + (seed % 7) * 3, 16 + (seed % 4) * 4];
  const spot = `<ellipse cx="80" cy="60" rx="${rx}" ry="${ry}" fill="${tones[seed % tones.length] ?? ''}"
    transform="rotate(${seed * 20} 80 60)"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${skin}"/>${spot}</svg>`;
  const picture = sharp(Buffer.from(svg));
  const thumbnail = picture.clone().extract({ left: 20, top: 0, width: 120, height: 120 }).resize(64, 64);
  return {
    source,
    picture: new Blob([Uint8Array.from(await picture.clone().jpeg({ quality: 85 }).toBuffer())], {
      type: 'image/jpeg',
    }),
    thumbnail: new Blob([Uint8Array.from(await thumbnail.webp().toBuffer())], { type: 'image/webp' }),
    size: { width, height },
    frame: { x: 20 + (seed % 3), y: seed % 5, side: 112 },
    reading: { ...predicted(seed, top, probability), ...reading },
  };
}

function predicted(seed: number, top: string, likeliest: number): Reading {
  const probabilities = codes.map((code) => ({
    code,
    probability: code === top ? likeliest : (1 - likeliest) / (codes.length - 1),
  }));
  const together = (of: readonly string[]) =>
    probabilities.filter(({ code }) => of.includes(code)).reduce((sum, one) => sum + one.probability, 0);
  const point = (id: string, threshold: number) => {
    const probability = together(['akiec', 'bcc', 'mel']);
    return { id, probability, threshold, flagged: probability >= threshold };
  };
  return {
    pack: { id: 'lentigo-skin-lesions', version: '0.3.1' },
    backend: 'wasm',
    probabilities,
    logits: probabilities.map(({ probability }) => Math.log(probability)),
    top,
    set: [top],
    gate: { dermatoscope: 0.125, phone: 0.75, none: 0.125 },
    accepted: true,
    operatingPoints: [point('screening', 0.07), point('balanced', 0.35)],
    quality: [],
    embedding: Float32Array.from({ length: 1280 }, (_, i) => Math.max(0, Math.sin(seed * 97 + i * i))),
    times: { decode: 21.5, resample: 4.25, inference: 88.75, total: 120 },
  };
}

/** Of a double-check with eight views. */
export function eightViews(top: string, probability: number): NonNullable<Reading['views']> {
  const rest = (1 - probability) / (codes.length - 1);
  const range = codes.map((code) => {
    const middle = code === top ? probability : rest;
    return { code, low: middle / 2, high: Math.min(1, middle * 1.25) };
  });
  return { count: 8, agree: 6, range };
}

/** @param sideMillimetres of the crop, where a scale was marked */
export function outlined(
  method: Outline['method'],
  sideMillimetres?: number,
): { readonly outline: Outline; readonly measures: Measures } {
  const side = 96;
  const mask = emptyMask(side, side);
  let pixels = 0;
  for (let at = 0; at < mask.data.length; at++) {
    const [x, y] = [(at % side) - 48, Math.floor(at / side) - 48];
    if ((x / 30) ** 2 + (y / 22) ** 2 > 1) continue;
    mask.data[at] = 1;
    pixels += 1;
  }
  const scale = sideMillimetres === undefined ? undefined : sideMillimetres / side;
  const extent = (value: number, power: number) => ({
    pixels: value,
    ...(scale !== undefined && { millimetres: value * scale ** power }),
  });
  const byHand = method === 'brush';
  return {
    outline: {
      method,
      mask: encodeMask(mask),
      sidePixels: 840,
      ...(sideMillimetres !== undefined && { sideMillimetres }),
    },
    measures: {
      area: extent(pixels, 2),
      longestDiameter: extent(60, 1),
      shortestDiameter: extent(44, 1),
      asymmetry: { shares: [0.11, 0.23], axes: 1 },
      border: { irregularity: 1.31, abrupt: [true, false, false, true, false, false, false, false] },
      colours: [
        { colour: 'dark-brown', share: 0.7 },
        { colour: 'blue-grey', share: 0.3 },
      ],
      ...(byHand && { structures: ['network', 'dots'] as const }),
      abcd: {
        asymmetry: 1,
        border: 2,
        colours: 2,
        ...(byHand && { structures: 2 }),
        total: byHand ? 3.5 : 2.5,
      },
    },
  };
}
