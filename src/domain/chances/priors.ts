/**
 * Applies a prior to the network's output. The network's calibrated
 * probabilities are those of a world in which every condition is equally common, so they serve as
 * likelihoods; Bayes' rule turns them into the probabilities of another place.
 */
import type { ConditionProbability } from '../prediction';

/** How common each condition is among the pictures of a place: by code, each above 0, together 1. */
export type Prior = Readonly<Record<string, number>>;

/**
 * Bayes' rule: the probabilities of conditions that are as common as `prior` says.
 * @param probabilities under equal priors, 0..1, not all 0
 * @param prior only the ratios of its shares count
 * @returns in the same order, 0..1, together 1
 * @throws RangeError when `prior` has no share above 0 for one of the conditions
 */
export function underPrior(
  probabilities: readonly ConditionProbability[],
  prior: Prior,
): ConditionProbability[] {
  const weighted = probabilities.map(({ code, probability }) => {
    const share = prior[code];
    if (share === undefined || !(share > 0)) throw new RangeError(`no prior for ${code}`);
    return { code, weight: probability * share };
  });
  const sum = weighted.reduce((total, { weight }) => total + weight, 0);
  return weighted.map(({ code, weight }) => ({ code, probability: weight / sum }));
}
