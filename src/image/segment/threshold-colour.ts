/** Outlines by a threshold or a colour that a person chose. */
import { marked, type Mask } from '../../domain/outline/mask';
import type { Point } from '../../domain/point';
import { blurred } from './blur';
import { cleaned } from './clean-up';
import { labOf } from './lab';
import { otsu } from './otsu';
import { planeOf, type Channel } from './planes';
import { usablePixels } from './surroundings';

export interface ThresholdChoice {
  readonly channel: Channel;
  /** 0..255; Otsu's level when absent. */
  readonly level?: number | undefined;
  /** Which side of the level is lesion. */
  readonly side: 'below' | 'above';
}

export interface ColourChoice {
  /** A pixel of the frame whose colour is lesion. */
  readonly at: Point;
  /** Largest distance in Lab (CIE 1976) from the colour there: 10 is a near shade, 50 nearly everything. */
  readonly tolerance: number;
}

/** Enough to take the grain out of a picture, too little to move an edge. Pixels of a frame of 224. */
const smoothing = 1.5;

/**
 * @param rgb `side * side * 3` bytes without hair
 * @param tap a point in the piece that is wanted; without one the largest near the middle
 */
export function thresholdMask(
  rgb: Uint8Array,
  side: number,
  { channel, level, side: lesion }: ThresholdChoice,
  tap?: Point,
): { readonly mask: Mask; readonly level: number } {
  const weights = usablePixels(rgb, side);
  const plane = blurred(planeOf(rgb, channel), side, (smoothing * side) / 224);
  const chosen = level ?? otsu(plane, weights).level;
  const data = marked(
    plane,
    (value, i) => weights[i] === 1 && (lesion === 'below' ? value < chosen : value >= chosen),
  );
  return { mask: cleaned({ width: side, height: side, data }, { tap }), level: chosen };
}

/** All that is near the colour at a point and hangs together with it. */
export function colourMask(rgb: Uint8Array, side: number, { at, tolerance }: ColourChoice): Mask {
  const weights = usablePixels(rgb, side);
  const lab = labOf(rgb);
  const soft = [lab.lightness, lab.a, lab.b].map((plane) => blurred(plane, side, (smoothing * side) / 224));
  const column = Math.min(Math.max(Math.floor(at.x), 0), side - 1);
  const row = Math.min(Math.max(Math.floor(at.y), 0), side - 1);
  const picked = soft.map((plane) => plane[row * side + column] ?? 0);
  const data = marked(weights, (weight, i) => {
    let square = 0;
    soft.forEach((plane, k) => (square += ((plane[i] ?? 0) - (picked[k] ?? 0)) ** 2));
    return weight === 1 && square <= tolerance * tolerance;
  });
  return cleaned({ width: side, height: side, data }, { tap: { x: column, y: row } });
}
