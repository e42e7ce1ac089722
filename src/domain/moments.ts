/** Image moments of a mask to the second order. */
import type { Mask } from './mask';
import type { Point } from './point';

/** Where a shape lies and which way it is long. */
export interface Moments {
  /** Pixels. */
  readonly area: number;
  readonly centre: Point;
  /** Of the long axis, radians clockwise from the right, -π/2..π/2; 0 of a round shape. */
  readonly angle: number;
  /** Short by long axis, 0..1. */
  readonly roundness: number;
}

/** @returns undefined when the mask is empty */
export function momentsOf({ width, data }: Mask): Moments | undefined {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    if (!data[i]) continue;
    const column = (i % width) + 0.5;
    const row = Math.floor(i / width) + 0.5;
    n += 1;
    x += column;
    y += row;
    xx += column * column;
    yy += row * row;
    xy += column * row;
  }
  if (n === 0) return undefined;
  const centre = { x: x / n, y: y / n };
  const sxx = xx / n - centre.x ** 2;
  const syy = yy / n - centre.y ** 2;
  const sxy = xy / n - centre.x * centre.y;
  const spread = Math.hypot(sxx - syy, 2 * sxy);
  const [long, short] = [sxx + syy + spread, sxx + syy - spread];
  return {
    area: n,
    centre,
    angle: Math.atan2(2 * sxy, sxx - syy) / 2,
    roundness: long > 0 ? Math.sqrt(Math.max(0, short) / long) : 1,
  };
}
