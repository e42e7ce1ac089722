import type { Mask } from '../../domain/mask';
import type { Asymmetry } from '../../domain/measures';
import { momentsOf, type Moments } from '../../domain/moments';

/** Where a lesion lies and which way it is long. */
export type Axes = Pick<Moments, 'centre' | 'angle'>;

/**
 * Share of the area without a mirror image from which on an axis counts as asymmetric. Of Lentigo's own
 * choosing: the rule leaves it to the eye, and means colours and structures as well.
 */
const limit = 0.1;

/** Centre and principal axes; of an empty mask its corner. */
export function axesOf(mask: Mask): Axes {
  return momentsOf(mask) ?? { centre: { x: 0, y: 0 }, angle: 0 };
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
