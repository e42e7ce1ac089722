/**
 * Noise for a head update, so that it says less of the cases behind it: the change against the shipped head is clipped
 * to a length, and Gaussian noise is added to every weight.
 *
 * What this is worth is (epsilon, delta)-differential privacy of the *whole* update. A clipped change is at most `clip`
 * long whatever the cases were, so all cases of a device exchanged for others move it by 2 * clip at most; nothing is
 * assumed of the fit. A tighter figure for one case alone (Chaudhuri et al., JMLR 12, 2011) would need loss terms that
 * do not depend on each other and embeddings of bounded length; the priors of the fit depend on all cases.
 *
 * Epsilon is that of the analytic Gaussian mechanism (Balle and Wang, ICML 2018, arXiv:1805.06530, theorem 8).
 * training/'s `federation/noise.py` computes the same.
 */

/** What noise an update has. */
export interface UpdateNoise {
  /** The most that the change may be long (Euclidean norm over all weights) before noise is added; above 0. */
  readonly clip: number;
  /** Standard deviation of the noise of each weight; above 0. */
  readonly sigma: number;
  /** Of the whole update: all cases of the device exchanged for others. */
  readonly epsilon: number;
  readonly delta: number;
}

/** To how much a change is clipped: of what the study of docs/federation.md tried, the noise hurts least with it. */
const usualClip = 0.1;

/** What a person may choose from, the most noise first. */
export const epsilons = [2, 8, 32] as const;

/** At most one in so many, and at most one in the number of lesions. */
const mostDelta = 1e-5;

/** The noise for an epsilon, as little as it takes. @param lesions that the head learnt from */
export function noiseFor(epsilon: number, lesions: number, clip = usualClip): UpdateNoise {
  const delta = Math.min(mostDelta, 1 / Math.max(1, lesions));
  const sigma = leastWhere((tried) => deltaOf(epsilon, (2 * clip) / tried) <= delta, clip);
  return { clip, sigma, epsilon: epsilonOf({ clip, sigma, delta }), delta };
}

/** Of a stated epsilon: it may be rounded. */
const tolerance = 1e-3;

/** Whether noise is worth what it says. */
export function keepsItsWord({ clip, sigma, epsilon, delta }: UpdateNoise): boolean {
  return deltaOf((1 + tolerance) * epsilon, (2 * clip) / sigma) <= delta;
}

/** The epsilon that clipping and noise give; above 0, never understated. All arguments above 0, delta below 1. */
export function epsilonOf({ clip, sigma, delta }: Omit<UpdateNoise, 'epsilon'>): number {
  return leastWhere((epsilon) => deltaOf(epsilon, (2 * clip) / sigma) <= delta, 1);
}

/**
 * The delta of Gaussian noise at an epsilon.
 * @param ratio of the sensitivity to the noise's standard deviation, above 0
 */
export function deltaOf(epsilon: number, ratio: number): number {
  const [half, shift] = [ratio / 2, epsilon / ratio];
  // The second term by logarithms: exp(epsilon) overflows.
  return Math.exp(logPhi(half - shift)) - Math.exp(epsilon + logPhi(-half - shift));
}

/** A vector that is no longer than `most`, in the same direction. */
function clipped(values: Float64Array, most: number): Float64Array {
  const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return length > most ? values.map((value) => (value * most) / length) : values;
}

/**
 * The weights that may be sent: the shipped ones, the clipped change, and noise.
 * @param normals standard normal values; of the browser's cryptographic source, except in tests
 */
export function withNoise(
  learnt: Float64Array,
  shipped: Float64Array,
  { clip, sigma }: Pick<UpdateNoise, 'clip' | 'sigma'>,
  normals: (count: number) => Float64Array = secureNormals,
): Float64Array {
  const change = clipped(
    learnt.map((value, at) => value - (shipped[at] ?? 0)),
    clip,
  );
  const noise = normals(change.length);
  return shipped.map((value, at) => value + (change[at] ?? 0) + sigma * (noise[at] ?? 0));
}

/** Standard normal values (Box and Muller, 1958) of the browser's cryptographic source. */
function secureNormals(count: number): Float64Array {
  const pairs = Math.ceil(count / 2);
  const uniform = secureUniforms(2 * pairs);
  const result = new Float64Array(2 * pairs);
  for (let pair = 0; pair < pairs; pair++) {
    // 1 - u is never 0.
    const radius = Math.sqrt(-2 * Math.log(1 - (uniform[2 * pair] ?? 0)));
    const angle = 2 * Math.PI * (uniform[2 * pair + 1] ?? 0);
    result[2 * pair] = radius * Math.cos(angle);
    result[2 * pair + 1] = radius * Math.sin(angle);
  }
  return result.subarray(0, count);
}

/** Numbers in [0, 1) of 53 random bits. */
function secureUniforms(count: number): Float64Array {
  const words = new Uint32Array(2 * count);
  // One call gives 65,536 bytes at most.
  for (let from = 0; from < words.length; from += 16_384) {
    crypto.getRandomValues(words.subarray(from, from + 16_384));
  }
  return Float64Array.from(
    { length: count },
    (_, at) => ((words[2 * at] ?? 0) * 2 ** 21 + ((words[2 * at + 1] ?? 0) >>> 11)) / 2 ** 53,
  );
}

/** The least positive value for which `holds` is true; from some value on it must stay true. Rounded up. */
function leastWhere(holds: (value: number) => boolean, start: number): number {
  let [low, high] = [0, start];
  while (!holds(high)) [low, high] = [high, 2 * high];
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Log of the normal distribution's share below x. */
function logPhi(x: number): number {
  const upper = -x / Math.SQRT2;
  if (upper < -2.5) return Math.log1p(-Math.exp(logErfc(-upper)) / 2);
  return logErfc(upper) - Math.LN2;
}

/** Log of the complementary error function, from -2.5 on. */
function logErfc(x: number): number {
  if (x < 2.5) {
    // All terms have one sign: no digits are lost (Abramowitz and Stegun 7.1.6).
    let [term, sum] = [x, x];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return Math.log(1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum);
  }
  // The continued fraction (Abramowitz and Stegun 7.1.14), from its end.
  let fraction = x;
  for (let n = 80; n > 0; n--) fraction = x + n / 2 / fraction;
  return -x * x - Math.log(fraction * Math.sqrt(Math.PI));
}
