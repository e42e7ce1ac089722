/** The prior that an evaluation reads its predictions under. */
import type { Prior } from '../domain/chances/priors';
import type { EvaluatedPrediction, Outcome } from '../domain/evaluation/outcome';
import type { AlertLevel } from '../domain/evaluation/report';
import { readDomains, type Manifest } from '../domain/pack/manifest';
import type { PictureDomain } from '../domain/prediction';
import { calibrationFor, equalCalibration, judged, type Calibration } from './calibration';

export const priorNames = ['equal', 'domain', 'home', 'practice', 'clinic'] as const;

export type PriorName = (typeof priorNames)[number];

type Pack = Pick<
  Manifest,
  'classes' | 'domains' | 'refused' | 'calibration' | 'priors' | 'domainCalibration'
>;

/** Puts an outcome under the prior. */
export type Reweigh = (outcome: Outcome) => Outcome;

/**
 * Probabilities, likeliest class, prediction set and alert levels by the functions that the app reads with: `domain` is
 * what the app gives. A setting changes the first three; the alert levels stay those of the domain, as in the app. The agreement of views stays as it is.
 * @throws Error with words for the terminal when the pack has no priors
 */
export function reweighing(name: PriorName, pack: Pack): Reweigh {
  const { priors } = pack;
  if (name !== 'equal' && !(name === 'domain' ? priors : priors?.settings[name])) {
    throw new Error(
      `The model brings no such prior, so "--prior ${name}" is not possible: use "--prior equal".`,
    );
  }
  return (outcome) => {
    const { prediction } = outcome;
    return prediction ? { ...outcome, prediction: reweigh(prediction, name, pack) } : outcome;
  };
}

/** The alert levels that `flagged` is by. */
export function alertLevels(name: PriorName, pack: Pack, views: 1 | 8): AlertLevel[] {
  const of = (domain: PictureDomain): Calibration['operatingPoints'] =>
    baseOf(name, pack, domain, views > 1).operatingPoints;
  const domains = readDomains(pack);
  return of(domains[0]).map(({ id, classes, threshold }) => ({
    id,
    classes,
    thresholds: Object.fromEntries(
      domains.map((domain) => [domain, of(domain).find((point) => point.id === id)?.threshold ?? threshold]),
    ),
  }));
}

function baseOf(name: PriorName, pack: Pack, domain: PictureDomain, manyViews: boolean): Calibration {
  return name === 'equal'
    ? equalCalibration(pack, domain)
    : calibrationFor(pack, domain, manyViews ? 'eightViews' : 'plain');
}

function reweigh(prediction: EvaluatedPrediction, name: PriorName, pack: Pack): EvaluatedPrediction {
  const { domain, views, likelihoods } = prediction;
  const calibration = baseOf(name, pack, domain, views !== undefined);
  const answer = pack.classes.map(({ code }, k) => ({ code, probability: likelihoods[k] ?? 0 }));
  const prior = name === 'equal' ? undefined : priorOf(name, pack, domain);
  const { top, probabilities, set } = judged(answer, { ...calibration, prior });
  return {
    ...prediction,
    predicted: top,
    probabilities: probabilities.map(({ probability }) => probability),
    set,
    flagged: judged(answer, calibration)
      .operatingPoints.filter(({ flagged }) => flagged)
      .map(({ id }) => id),
  };
}

function priorOf(
  name: Exclude<PriorName, 'equal'>,
  { priors }: Pack,
  domain: PictureDomain,
): Prior | undefined {
  return name === 'domain' ? priors?.domains[domain] : priors?.settings[name]?.prior;
}
