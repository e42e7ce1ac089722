/** 95 % confidence intervals. */
import { quantileSorted } from 'simple-statistics';
import type { Share } from './classification.ts';

export type Interval = readonly [low: number, high: number];

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/** Wilson's score interval of a share, without continuity correction (Wilson 1927); NaN for n = 0. */
export function wilson({ hits, n }: Share): Interval {
  const p = hits / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Percentile bootstrap (Efron 1979): the statistic of `draws` samples drawn from `items` with
 * replacement, each as large as `items`. Samples for which it is NaN are left out. The same items and
 * seed give the same interval.
 */
export function bootstrap<T>(
  items: readonly T[],
  statistic: (sample: readonly T[]) => number,
  { draws = 1000, seed = 1 }: { draws?: number; seed?: number } = {},
): Interval {
  const random = seededRandom(seed);
  const values = Array.from({ length: draws }, () =>
    statistic(items.map(() => items[Math.floor(random() * items.length)] as T)),
  )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return [quantileSorted(values, 0.025), quantileSorted(values, 0.975)];
}
