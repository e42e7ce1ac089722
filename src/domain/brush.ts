import type { Mask } from './mask';
import type { Point } from './point';

/** The mask with a stroke of a round brush from one place to another; `value` 1 adds, 0 takes away. */
export function painted(mask: Mask, from: Point, to: Point, radius: number, value: 0 | 1): Mask {
  const { width, height } = mask;
  const data = Uint8Array.from(mask.data);
  const along = { x: to.x - from.x, y: to.y - from.y };
  const square = along.x ** 2 + along.y ** 2;
  const low = (a: number, b: number): number => Math.max(0, Math.floor(Math.min(a, b) - radius));
  const high = (a: number, b: number, end: number): number =>
    Math.min(end, Math.ceil(Math.max(a, b) + radius));
  for (let y = low(from.y, to.y); y < high(from.y, to.y, height); y++) {
    for (let x = low(from.x, to.x); x < high(from.x, to.x, width); x++) {
      const dx = x + 0.5 - from.x;
      const dy = y + 0.5 - from.y;
      const share = square === 0 ? 0 : Math.min(Math.max((dx * along.x + dy * along.y) / square, 0), 1);
      if (Math.hypot(dx - share * along.x, dy - share * along.y) <= radius) data[y * width + x] = value;
    }
  }
  return { ...mask, data };
}
