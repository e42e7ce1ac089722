import { otsu, type Split } from './otsu';

/** A plane on which the two sides of a split are as far apart as colours can bring them. */
export interface Projection {
  readonly plane: Float32Array;
  readonly split: Split;
}

/** Added to the variance of every plane (Lab units squared), so that a flat picture has a direction too. */
const ridge = 2;
const rounds = 8;

/**
 * Fisher's discriminant (Ann. Eugenics 7, 179, 1936) and Otsu's level in turn: the direction of the colour
 * space that parts what is held for lesion from the rest, then the level on it, until nothing changes.
 * The lesion has the high values.
 * @param planes three planes of the same length
 * @param start how much each pixel is held for lesion to begin with, 0..1
 * @param weights how much each pixel counts
 */
export function fisherProjection(
  planes: readonly [Float32Array, Float32Array, Float32Array],
  start: Float32Array,
  weights: Float32Array,
): Projection {
  let belief = start;
  let found: Projection = { plane: new Float32Array(start.length), split: { level: 0, separation: 0 } };
  for (let round = 0; round < rounds; round++) {
    const [u, v, w] = direction(planes, belief, weights);
    const plane = planes[0].map((value, i) => u * value + v * (planes[1][i] ?? 0) + w * (planes[2][i] ?? 0));
    const split = otsu(plane, weights);
    found = { plane, split };
    const next = plane.map((value) => (value >= split.level ? 1 : 0));
    if (next.every((value, i) => value === belief[i])) break;
    belief = next;
  }
  return found;
}

type Vector = readonly [number, number, number];

function direction(
  planes: readonly [Float32Array, Float32Array, Float32Array],
  belief: Float32Array,
  weights: Float32Array,
): Vector {
  // Weighted sums of both sides: weight, three planes, six products.
  const lesion = new Float64Array(10);
  const rest = new Float64Array(10);
  const [p, q, r] = planes;
  for (let i = 0; i < belief.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    const a = p[i] ?? 0;
    const b = q[i] ?? 0;
    const c = r[i] ?? 0;
    add(lesion, weight * (belief[i] ?? 0), a, b, c);
    add(rest, weight * (1 - (belief[i] ?? 0)), a, b, c);
  }
  const total = (lesion[0] ?? 0) + (rest[0] ?? 0);
  const within = scatter(lesion).map((value, k) => (value + (scatter(rest)[k] ?? 0)) / total);
  const [xx = 0, xy = 0, xz = 0, yy = 0, yz = 0, zz = 0] = within;
  const [x, y, z] = difference(lesion, rest);
  return solve([xx + ridge, xy, xz, yy + ridge, yz, zz + ridge], [x, y, z]);
}

function add(sums: Float64Array, weight: number, a: number, b: number, c: number): void {
  if (weight === 0) return;
  sums[0] = (sums[0] ?? 0) + weight;
  sums[1] = (sums[1] ?? 0) + weight * a;
  sums[2] = (sums[2] ?? 0) + weight * b;
  sums[3] = (sums[3] ?? 0) + weight * c;
  sums[4] = (sums[4] ?? 0) + weight * a * a;
  sums[5] = (sums[5] ?? 0) + weight * a * b;
  sums[6] = (sums[6] ?? 0) + weight * a * c;
  sums[7] = (sums[7] ?? 0) + weight * b * b;
  sums[8] = (sums[8] ?? 0) + weight * b * c;
  sums[9] = (sums[9] ?? 0) + weight * c * c;
}

/** Sum of squared deviations from the mean: xx, xy, xz, yy, yz, zz. */
function scatter([
  n = 0,
  x = 0,
  y = 0,
  z = 0,
  xx = 0,
  xy = 0,
  xz = 0,
  yy = 0,
  yz = 0,
  zz = 0,
]: Float64Array): number[] {
  if (n === 0) return [0, 0, 0, 0, 0, 0];
  return [
    xx - (x * x) / n,
    xy - (x * y) / n,
    xz - (x * z) / n,
    yy - (y * y) / n,
    yz - (y * z) / n,
    zz - (z * z) / n,
  ];
}

function difference(lesion: Float64Array, rest: Float64Array): Vector {
  const mean = (sums: Float64Array, k: number): number => (sums[0] ? (sums[k] ?? 0) / sums[0] : 0);
  return [mean(lesion, 1) - mean(rest, 1), mean(lesion, 2) - mean(rest, 2), mean(lesion, 3) - mean(rest, 3)];
}

/** Solves a symmetric system of three: `xx, xy, xz, yy, yz, zz` of the matrix, by its adjugate. */
function solve(
  [xx, xy, xz, yy, yz, zz]: readonly [number, number, number, number, number, number],
  [x, y, z]: Vector,
): Vector {
  const a = yy * zz - yz * yz;
  const b = xz * yz - xy * zz;
  const c = xy * yz - xz * yy;
  const d = xx * zz - xz * xz;
  const e = xy * xz - xx * yz;
  const f = xx * yy - xy * xy;
  const determinant = xx * a + xy * b + xz * c;
  return [
    (a * x + b * y + c * z) / determinant,
    (b * x + d * y + e * z) / determinant,
    (c * x + e * y + f * z) / determinant,
  ];
}
