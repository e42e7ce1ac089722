import type { Mask } from '../../domain/mask';
import type { Asymmetry } from '../../domain/measures';
import type { Point } from './contour';

/** Where a lesion lies and which way it is long. */
export interface Axes {
  readonly centre: Point;
  /** Of the long axis, radians clockwise from the right, -π/2..π/2. */
  readonly angle: number;
}

/**
 * Share of the area without a mirror image from which on an axis counts as asymmetric. Of Lentigo's own
 * choosing: the rule leaves it to the eye, and means colours and structures as well.
 */
const limit = 0.1;

/** Centre and principal axes by the second moments. */
export function axesOf({ width, data }: Mask): Axes {
  let n = 0;
  let x = 0;
  let y = 0;
  let xx = 0;
  let xy = 0;
  let yy = 0;
  data.forEach((value, i) => {
    if (!value) return;
    const column = (i % width) + 0.5;
    const row = Math.floor(i / width) + 0.5;
    n += 1;
    x += column;
    y += row;
    xx += column * column;
    xy += column * row;
    yy += row * row;
  });
  if (n === 0) return { centre: { x: 0, y: 0 }, angle: 0 };
  const centre = { x: x / n, y: y / n };
  const sxx = xx / n - centre.x ** 2;
  const sxy = xy / n - centre.x * centre.y;
  const syy = yy / n - centre.y ** 2;
  return { centre, angle: Math.atan2(2 * sxy, sxx - syy) / 2 };
}

/** How much of a lesion finds no counterpart when it is mirrored on its principal axes. */
export function asymmetryOf(mask: Mask, { centre, angle }: Axes): Asymmetry {
  const shares = [angle, angle + Math.PI / 2].map((axis) => {
    const cos = Math.cos(2 * axis);
    const sin = Math.sin(2 * axis);
    let area = 0;
    let missing = 0;
    mask.data.forEach((value, i) => {
      if (!value) return;
      const x = (i % mask.width) + 0.5 - centre.x;
      const y = Math.floor(i / mask.width) + 0.5 - centre.y;
      area += 1;
      missing += 1 - share(mask, centre.x + cos * x + sin * y, centre.y + sin * x - cos * y);
    });
    return area === 0 ? 0 : missing / area;
  });
  const [long = 0, short = 0] = shares;
  const axes = ((long > limit ? 1 : 0) + (short > limit ? 1 : 0)) as 0 | 1 | 2;
  return { shares: [long, short], axes };
}

/** How much of a pixel-sized square around a place is inside, 0..1: linear between pixel centres. */
function share({ width, height, data }: Mask, x: number, y: number): number {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const u = x - 0.5 - left;
  const v = y - 0.5 - top;
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : (data[row * width + column] ?? 0);
  const upper = at(left, top) * (1 - u) + at(left + 1, top) * u;
  const lower = at(left, top + 1) * (1 - u) + at(left + 1, top + 1) * u;
  return upper * (1 - v) + lower * v;
}
