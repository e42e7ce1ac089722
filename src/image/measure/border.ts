import type { Mask } from '../../domain/mask';
import type { Border } from '../../domain/measures';
import { blurred } from '../segment/blur';
import { labOf } from '../segment/lab';
import { squaredDistances } from '../segment/morphology';
import type { Point } from '../../domain/point';
import { areaWithin, lengthOf } from './contour';

/** Segments of the border, as the ABCD rule divides it. */
const segments = 8;
/** Pixels (of 224) to both sides of the border at which the colour is read: the edge, and well beyond it. */
const near = 3;
const far = 10;
/** An edge is abrupt when at least this share of its whole change of colour lies within `near`. */
const abruptShare = 0.7;
/** A change of colour (Lab) under this is none that could end abruptly. */
const leastContrast = 8;

/**
 * @param contour the line around the lesion
 * @param rgb the picture that `mask` belongs to, 3 bytes a pixel
 */
export function borderOf(rgb: Uint8Array, mask: Mask, contour: readonly Point[], centre: Point): Border {
  const perimeter = lengthOf(contour);
  const area = areaWithin(contour);
  return {
    irregularity: area === 0 ? 1 : Math.max(1, perimeter ** 2 / (4 * Math.PI * area)),
    abrupt: abruptSegments(rgb, mask, centre),
  };
}

/**
 * In which of the eight segments, clockwise from the top, the pigment ends abruptly: the mean colours at
 * four distances from the border are compared, within each segment.
 */
function abruptSegments(rgb: Uint8Array, mask: Mask, centre: Point): boolean[] {
  const { width } = mask;
  const scale = width / 224;
  const lab = labOf(rgb);
  const planes = [lab.lightness, lab.a, lab.b].map((plane) => blurred(plane, width, scale));
  const outside = squaredDistances(mask, 1);
  const inside = squaredDistances(mask, 0);
  // For each segment: far inside, near inside, near outside, far outside; a count and three sums each.
  const sums = Array.from({ length: segments }, () => Array.from({ length: 4 }, () => [0, 0, 0, 0]));
  mask.data.forEach((value, i) => {
    const distance = Math.sqrt((value ? inside[i] : outside[i]) ?? 0) / scale;
    const band = Math.abs(distance - near) <= 1 ? 1 : Math.abs(distance - far) <= 1.5 ? 0 : -1;
    if (band < 0) return;
    const x = (i % width) + 0.5 - centre.x;
    const y = Math.floor(i / width) + 0.5 - centre.y;
    const turn = (Math.atan2(x, -y) / (2 * Math.PI) + 1) % 1;
    const sum = sums[Math.min(segments - 1, Math.floor(turn * segments))]?.[value ? band : 3 - band];
    if (!sum) return;
    sum[0] = (sum[0] ?? 0) + 1;
    planes.forEach((plane, k) => (sum[k + 1] = (sum[k + 1] ?? 0) + (plane[i] ?? 0)));
  });
  return sums.map(([innermost, inner, outer, outermost]) => {
    if (!innermost || !inner || !outer || !outermost) return false;
    // A narrow lesion has no inside that far, one that is cut off no outside.
    if ([innermost, inner, outer, outermost].some(([count]) => !count)) return false;
    const whole = distanceOf(innermost, outermost);
    return whole >= leastContrast && distanceOf(inner, outer) >= abruptShare * whole;
  });
}

/** Between the mean colours of two bands. */
function distanceOf(
  [n = 1, l = 0, a = 0, b = 0]: readonly number[],
  [m = 1, k = 0, c = 0, d = 0]: readonly number[],
): number {
  return Math.hypot(l / n - k / m, a / n - c / m, b / n - d / m);
}
