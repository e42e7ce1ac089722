/** The lesion's outline as experts drew it, and how a reading compares with it. */
import { existsSync } from 'node:fs';
import { join, parse } from 'node:path';
import sharp from 'sharp';
import { centredCrop } from '../../src/domain/crop.ts';
import type { Overlap } from '../../src/domain/evaluation/outcome.ts';
import { decodeMask, type EncodedMask, type Mask } from '../../src/domain/outline/mask.ts';
import { networkSide, resampleSquare } from '../../src/image/resample/resample.ts';
import { enlarged } from '../../src/image/segment/scale.ts';

/** What the app drew, and where the network looked for the class that it named. */
export interface Looked {
  readonly mask: EncodedMask;
  /** Rows of a square from the top. */
  readonly attention: readonly number[];
}

/** The mask of a picture, `<name>.png` or `<name>_segmentation.png` in the folder; undefined where it has none. */
export function maskPath(folder: string, file: string): string | undefined {
  const { dir, name } = parse(file);
  return [`${name}.png`, `${name}_segmentation.png`]
    .map((candidate) => join(folder, dir, candidate))
    .find((path) => existsSync(path));
}

/** The largest centred square of a mask, as the network sees the picture: inside where half of a pixel is. */
export async function readMask(path: string): Promise<Mask> {
  const { width, height } = await sharp(path).metadata();
  const { x, y, side } = centredCrop({ width, height });
  const square = sharp(path).extract({ left: x, top: y, width: side, height: side });
  const rgb = await square.flatten().threshold(128).toColourspace('srgb').raw().toBuffer();
  const inside = resampleSquare(rgb, side);
  const data = Uint8Array.from({ length: networkSide ** 2 }, (_, i) => ((inside[i * 3] ?? 0) >= 128 ? 1 : 0));
  return { width: networkSide, height: networkSide, data };
}

export function overlapOf(looked: Looked, truth: Mask): Overlap {
  const { data } = decodeMask(looked.mask);
  let both = 0;
  let sum = 0;
  truth.data.forEach((value, i) => {
    both += value & (data[i] ?? 0);
    sum += value + (data[i] ?? 0);
  });
  const side = Math.sqrt(looked.attention.length);
  const map = enlarged(Float32Array.from(looked.attention), side, truth.width);
  let mass = 0;
  let inside = 0;
  map.forEach((value, i) => {
    mass += value;
    inside += value * (truth.data[i] ?? 0);
  });
  return {
    dice: sum === 0 ? 1 : (2 * both) / sum,
    iou: sum === 0 ? 1 : both / (sum - both),
    attention: mass === 0 ? 0 : inside / mass,
  };
}
