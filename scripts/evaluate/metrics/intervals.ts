/** 95 % confidence intervals by the bootstrap; those of shares are in src/domain/agreement/shares.ts. */
import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../../src/domain/agreement/shares.ts';

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
