/** Places in a framed picture, and how far one is from another. */
import type { Crop, Size } from '../../../domain/crop';

/** In shares of the side of a square view, 0..1, from its upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What a view shows: a square of the picture, in its pixels; it may reach beyond the picture. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

/** The smallest square around the whole picture. */
export function wholeView({ width, height }: Size): View {
  const side = Math.max(width, height);
  return { x: (width - side) / 2, y: (height - side) / 2, side };
}

export function clampPlace({ x, y }: Place): Place {
  return { x: Math.min(Math.max(x, 0), 1), y: Math.min(Math.max(y, 0), 1) };
}

/** Where a key takes the crosshair; undefined for every other key. Shift takes it farther. */
export function placeAfterKey({ x, y }: Place, { key, shiftKey }: KeyboardEvent): Place | undefined {
  const step = shiftKey ? 0.1 : 0.01;
  switch (key) {
    case 'ArrowLeft':
      return clampPlace({ x: x - step, y });
    case 'ArrowRight':
      return clampPlace({ x: x + step, y });
    case 'ArrowUp':
      return clampPlace({ x, y: y - step });
    case 'ArrowDown':
      return clampPlace({ x, y: y + step });
    default:
      return undefined;
  }
}

/** Millimetres that the frame spans when two places of a view are `millimetres` apart. */
export function cropMillimetres(
  [from, to]: readonly [Place, Place],
  millimetres: number,
  view: View,
  frame: Crop,
): number | undefined {
  const pixels = Math.hypot(to.x - from.x, to.y - from.y) * view.side;
  return pixels >= 1 && millimetres > 0 ? (frame.side * millimetres) / pixels : undefined;
}
