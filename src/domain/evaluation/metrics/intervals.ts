/** 95 % confidence intervals by the bootstrap; those of shares are in ../../agreement/shares.ts. */
import { quantileSorted } from 'simple-statistics';
import type { Interval } from '../../agreement/shares';
import { seeded } from '../../seeded';

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
  const random = seeded(seed);
  const values = Array.from({ length: draws }, () =>
    statistic(items.map(() => items[Math.floor(random() * items.length)] as T)),
  )
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return [quantileSorted(values, 0.025), quantileSorted(values, 0.975)];
}
