/** The prior that predictions are read under. */
import { underPrior, type Prior } from '../../src/domain/priors.ts';
import { predictionSet, ranked } from '../../src/model/calibration.ts';
import type { Manifest } from '../../src/domain/pack/manifest.ts';
import type { Outcome, Prediction } from './outcome.ts';

export const priorNames = ['equal', 'domain', 'home', 'practice', 'clinic'] as const;

export type PriorName = (typeof priorNames)[number];

type Pack = Pick<Manifest, 'classes' | 'calibration' | 'priors'>;

/** Puts an outcome under the prior. */
export type Reweigh = (outcome: Outcome) => Outcome;

/**
 * Probabilities, likeliest class and prediction set change with the prior. The alert levels do not: they
 * are thresholds on probabilities under equal priors. Neither does the agreement of views.
 * @throws Error with words for the terminal when the pack has no priors
 */
export function reweighing(name: PriorName, pack: Pack): Reweigh {
  if (name === 'equal') return (outcome) => outcome;
  const { priors } = pack;
  if (!priors) {
    throw new Error(`The model brings no priors, so "--prior ${name}" is not possible: use "--prior equal".`);
  }
  const of = ({ domain }: Prediction): Prior =>
    name === 'domain' ? priors.domains[domain] : priors.settings[name].prior;
  return (outcome) => {
    const { prediction } = outcome;
    return prediction ? { ...outcome, prediction: reweigh(prediction, of(prediction), pack) } : outcome;
  };
}

function reweigh(prediction: Prediction, prior: Prior, { classes, calibration }: Pack): Prediction {
  const answer = classes.map(({ code }, k) => ({ code, probability: prediction.probabilities[k] ?? 0 }));
  const probabilities = underPrior(answer, prior).map(({ probability }) => probability);
  const code = (index: number): string => classes[index]?.code ?? '';
  return {
    ...prediction,
    predicted: code(ranked(probabilities)[0] ?? 0),
    probabilities,
    set: predictionSet(probabilities, calibration.predictionSet.threshold).map(code),
  };
}
