/** What a head learns from and is judged by, as rows of numbers. */
import type { PictureDomain } from '../../domain/prediction';
import type { Bank } from './bank';

/** Pictures with their diagnosis: corrections, or entries of the bank. */
export interface Cases {
  /** `count * dimension` values, a picture together. */
  readonly embeddings: Float32Array;
  readonly dimension: number;
  /** Index of the condition that was found, by picture. */
  readonly truth: Uint8Array;
  readonly weights: Float32Array;
  readonly domains: readonly PictureDomain[];
  /** What a picture must not be parted from. */
  readonly lesions: readonly string[];
}

export function countOf({ truth }: Cases): number {
  return truth.length;
}

/**
 * One half of the bank. The conditions count alike, and all together as `weight` corrections.
 * @param heldOut which half
 */
export function halfOfBank(bank: Bank, heldOut: boolean, weight: number): Cases {
  const places = Array.from({ length: bank.count }, (_, at) => at).filter(
    (at) => (bank.heldOut[at] === 1) === heldOut,
  );
  const truth = Uint8Array.from(places, (at) => bank.conditions[at] ?? 0);
  const counts = new Map<number, number>();
  for (const condition of truth) counts.set(condition, (counts.get(condition) ?? 0) + 1);
  const embeddings = new Float32Array(places.length * bank.dimension);
  places.forEach((at, row) => {
    const from = at * bank.dimension;
    embeddings.set(bank.embeddings.subarray(from, from + bank.dimension), row * bank.dimension);
  });
  return {
    embeddings,
    dimension: bank.dimension,
    truth,
    weights: Float32Array.from(truth, (each) => weight / counts.size / (counts.get(each) ?? 1)),
    domains: places.map((at) => bank.domains[at] ?? ''),
    lesions: places.map((at) => `bank ${at}`),
  };
}

/** Lower bound of a condition's assumed share, as in training. */
const rarest = 0.004;
/** Each domain adds this many pictures of the overall mix, so that a few pictures change its prior little. */
const borrowed = 5;

/**
 * Log of how common each condition is among the cases of each picture's domain: `count * conditions` values.
 * @param counts which pictures count for it: those that a head may know
 */
export function logPriorsOf(
  cases: Cases,
  conditions: number,
  counts: (place: number) => boolean,
): Float32Array {
  const places = Array.from(cases.truth, (_, at) => at).filter(counts);
  const mix = (own: readonly number[], base: readonly number[], of: number): number[] => {
    const sums = base.map((share) => share * of);
    let total = of;
    for (const at of own) {
      const weight = cases.weights[at] ?? 0;
      const condition = cases.truth[at] ?? 0;
      sums[condition] = (sums[condition] ?? 0) + weight;
      total += weight;
    }
    return sums.map((sum) => (total > 0 ? sum / total : 1 / conditions));
  };
  const all = mix(
    places,
    Array.from({ length: conditions }, () => 0),
    0,
  );
  const byDomain = new Map(
    [...new Set(cases.domains)].map((domain) => [
      domain,
      mix(
        places.filter((at) => cases.domains[at] === domain),
        all,
        borrowed,
      ),
    ]),
  );
  const result = new Float32Array(cases.truth.length * conditions);
  cases.domains.forEach((domain, row) => {
    byDomain.get(domain)?.forEach((share, condition) => {
      result[row * conditions + condition] = Math.log(Math.max(share, rarest));
    });
  });
  return result;
}
