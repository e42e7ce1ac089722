/**
 * Roughly where the one spot of a picture lies: fast enough for every frame of a camera, good enough for
 * advice on its size and place. Not an outline to measure from.
 */
import type { Mask } from '../domain/outline/mask';
import { automaticMask } from './segment/automatic';
import { labOf, type LabPlanes } from './segment/lab';
import { grown } from './segment/morphology';
import { halved } from './segment/scale';
import { usablePixels } from './segment/surroundings';

/** All in shares, 0..1, of the picture's width and height. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Spot {
  readonly box: Box;
  /** Share of the picture, 0..1. */
  readonly area: number;
  /** Length of the spot's cut along the picture's border by the longer side of its box; 0 for a whole spot. */
  readonly cut: number;
  /** Distance of its mean colour from that of the skin around it, in units of CIE L*a*b*. */
  readonly contrast: number;
}

/** What stands out from the skin by less (CIE L*a*b*) is not sure enough to be a spot. */
export const sureContrast = 10;

/** Width of the ring of skin that the spot is compared with, in shares of the side. */
const ring = 0.06;

/** A quarter of the network's side: 7 ms of a slow processor instead of 26 for twice as much. */
const workSide = 56;

/**
 * @param rgb `side * side * 3` bytes, `side` 224 or 112
 * @returns undefined where no piece is found at all
 */
export function locateSpot(rgb: Uint8Array, side: number): Spot | undefined {
  const half = side > 2 * workSide ? halved(rgb, side) : rgb;
  const small = halved(half, 2 * workSide);
  const mask = automaticMask(small, workSide, {});
  const box = boxOf(mask);
  if (!box) return undefined;
  const { width, data } = mask;
  const pixels = data.reduce((sum, value) => sum + value, 0);
  return {
    box: {
      x: box.left / width,
      y: box.top / width,
      width: (box.right - box.left) / width,
      height: (box.bottom - box.top) / width,
    },
    area: pixels / data.length,
    cut: borderPixels(mask) / Math.max(box.right - box.left, box.bottom - box.top),
    contrast: contrastOf(small, mask),
  };
}

/** First and one past the last pixel of the mask, both ways. */
function boxOf({
  width,
  height,
  data,
}: Mask): Record<'left' | 'right' | 'top' | 'bottom', number> | undefined {
  let [left, right, top, bottom] = [width, 0, height, 0];
  data.forEach((value, i) => {
    if (!value) return;
    const x = i % width;
    const y = (i - x) / width;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
  });
  return right > 0 ? { left, right, top, bottom } : undefined;
}

function borderPixels({ width, height, data }: Mask): number {
  let count = 0;
  for (let x = 0; x < width; x++) count += (data[x] ?? 0) + (data[x + width * (height - 1)] ?? 0);
  for (let y = 1; y < height - 1; y++) count += (data[y * width] ?? 0) + (data[y * width + width - 1] ?? 0);
  return count;
}

function contrastOf(rgb: Uint8Array, mask: Mask): number {
  const lab = labOf(rgb);
  const usable = usablePixels(rgb, mask.width);
  const wide = grown(mask, ring * mask.width);
  const inside = meanLab(lab, (i) => mask.data[i] === 1);
  const around = meanLab(lab, (i) => mask.data[i] === 0 && wide.data[i] === 1 && usable[i] === 1);
  return inside && around ? Math.hypot(...inside.map((value, k) => value - (around[k] ?? 0))) : 0;
}

function meanLab(
  { lightness, a, b }: LabPlanes,
  counts: (i: number) => boolean,
): [number, number, number] | undefined {
  let [n, sumL, sumA, sumB] = [0, 0, 0, 0];
  for (let i = 0; i < lightness.length; i++) {
    if (!counts(i)) continue;
    n += 1;
    sumL += lightness[i] ?? 0;
    sumA += a[i] ?? 0;
    sumB += b[i] ?? 0;
  }
  return n > 0 ? [sumL / n, sumA / n, sumB / n] : undefined;
}
