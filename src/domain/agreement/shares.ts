/** Shares of counts with their 95 % intervals, and two shares of the same cases compared. */

/** A share of a count: `hits` of `n`, both whole and not negative, `hits` at most `n`. */
export interface Share {
  readonly hits: number;
  readonly n: number;
}

export type Interval = readonly [low: number, high: number];

/** What two answers to the same cases were: both right, only the first, only the second, neither. Whole counts. */
export interface Pairs {
  readonly both: number;
  readonly first: number;
  readonly second: number;
  readonly neither: number;
}

/** The 97.5 % quantile of the standard normal distribution. */
const z = 1.959963984540054;

/**
 * Wilson's score interval of a share, without continuity correction; NaN for n = 0.
 * Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927;22:209-212.
 */
export function wilson({ hits, n }: Share): Interval {
  const p = hits / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** The share of the cases in which the first answer was right, and that of the second. */
export function sharesOf({ both, first, second, neither }: Pairs): { first: Share; second: Share } {
  const n = both + first + second + neither;
  return { first: { hits: both + first, n }, second: { hits: both + second, n } };
}

/**
 * McNemar's exact test, two-sided: how likely it is, where both are right equally often, that the cases in which only
 * one is right are shared out at least this unevenly. 0..1; 1 where there is no such case.
 * McNemar Q. Psychometrika 1947;12:153-157; the exact form: Fagerland MW, Lydersen S, Laake P. BMC Med Res Methodol
 * 2013;13:91.
 */
export function mcNemar({ first, second }: Pick<Pairs, 'first' | 'second'>): number {
  const n = first + second;
  const fewer = Math.min(first, second);
  // In logarithms: the coefficients of a thousand cases are larger than any number.
  let term = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(term);
    term += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

/**
 * The first share less the second, -1..1, with its 95 % interval: two Wilson intervals joined, their correlation
 * corrected for continuity. NaN without a case.
 * Newcombe RG. Improved confidence intervals for the difference between binomial proportions based on paired data.
 * Stat Med 1998;17:2635-2650, method 10.
 */
export function pairedDifference(pairs: Pairs): { readonly value: number; readonly interval: Interval } {
  const { first, second } = sharesOf(pairs);
  const { n } = first;
  const [p, q] = [first.hits / n, second.hits / n];
  const [pLow, pHigh] = wilson(first);
  const [qLow, qHigh] = wilson(second);
  const phi = correlation(pairs);
  const spread = (one: number, other: number): number =>
    Math.sqrt(Math.max(0, one * one - 2 * phi * one * other + other * other));
  const value = p - q;
  return {
    value,
    interval: [
      Math.max(-1, value - spread(p - pLow, qHigh - q)),
      Math.min(1, value + spread(pHigh - p, q - qLow)),
    ],
  };
}

/** How far both are right in the same cases, -1..1, as Newcombe's method 10 takes it; 0 where one never changes. */
function correlation({ both, first, second, neither }: Pairs): number {
  const margins = (both + first) * (second + neither) * (both + second) * (first + neither);
  if (margins === 0) return 0;
  const product = both * neither - first * second;
  const n = both + first + second + neither;
  const corrected = product > 0 ? Math.max(0, product - n / 2) : product;
  return corrected / Math.sqrt(margins);
}
