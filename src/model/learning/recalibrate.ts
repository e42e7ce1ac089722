/** How an adapted head's numbers are read, chosen on cases that it did not learn from. */
import type { HeadCalibration } from '../../domain/learning/head';
import type { Manifest } from '../../domain/pack/manifest';
import type { PictureDomain } from '../../domain/prediction';
import { softmax } from '../calibration';
import { logPriorsOf, type Cases } from './cases';

type Calibration = Pick<Manifest['calibration'], 'temperature' | 'predictionSet' | 'operatingPoints'>;

/** Cases with what a head says of each. */
export interface Said {
  readonly cases: Cases;
  readonly logits: readonly ArrayLike<number>[];
}

/** An alert level is lowered to half at most; a head that needs more is not adopted. */
export const lowestAlertFactor = 0.5;

const largestTemperatureFactor = 2;

/** Probabilities of each case for equally common conditions. @param factor of the temperature, by domain */
export function probabilitiesOf(
  { cases, logits }: Said,
  { temperature }: Calibration,
  factor?: Readonly<Record<PictureDomain, number>>,
): number[][] {
  return logits.map((each, at) => {
    const domain = cases.domains[at] ?? 'dermatoscope';
    return softmax(each, temperature[domain] * (factor?.[domain] ?? 1));
  });
}

/** The probability of an operating point's conditions together, by case. */
export function scoresOf(
  probabilities: readonly (readonly number[])[],
  members: readonly number[],
): number[] {
  return probabilities.map((row) => members.reduce((sum, index) => sum + (row[index] ?? 0), 0));
}

/**
 * Temperatures by the least log loss under the cases' priors, sets by split conformal prediction on the corrections,
 * and alert levels low enough to find as many of the cases as the shipped head finds.
 * @param before what the shipped head says of the corrections and of the bank's held-out half
 * @param after what heads say that have not seen the case
 * @param members of each operating point, by id: the indices of its conditions
 */
export function recalibrated(
  before: readonly Said[],
  after: readonly [corrections: Said, bank: Said],
  calibration: Calibration,
  members: ReadonlyMap<string, readonly number[]>,
): HeadCalibration {
  const temperature = {
    dermatoscope: temperatureFactor('dermatoscope', after, calibration),
    phone: temperatureFactor('phone', after, calibration),
  };
  const alertLevels = calibration.operatingPoints.map(({ id, threshold }) => {
    const own = members.get(id) ?? [];
    const factors = after.map((said, at) => {
      const shipped = before[at];
      if (!shipped) return 1;
      const positive = (scores: readonly number[]): number[] =>
        scores.filter((_, place) => own.includes(said.cases.truth[place] ?? -1));
      const found = positive(scoresOf(probabilitiesOf(shipped, calibration), own)).filter(
        (score) => score >= threshold,
      ).length;
      const scores = positive(scoresOf(probabilitiesOf(said, calibration, temperature), own)).sort(
        (a, b) => b - a,
      );
      return (scores[found - 1] ?? threshold) / threshold;
    });
    return [id, Math.max(lowestAlertFactor, roundedDown(Math.min(1, ...factors)))] as const;
  });
  return {
    temperature,
    predictionSet: setFactor(after[0], calibration, temperature),
    alertLevels: Object.fromEntries(alertLevels),
  };
}

function temperatureFactor(
  domain: PictureDomain,
  said: readonly Said[],
  { temperature }: Calibration,
): number {
  const rows = said.flatMap(({ cases, logits }) => {
    const conditions = logits[0]?.length ?? 0;
    const priors = logPriorsOf(cases, conditions, () => true);
    return logits.flatMap((each, at) =>
      cases.domains[at] === domain
        ? [
            {
              logits: each,
              prior: priors.subarray(at * conditions, (at + 1) * conditions),
              truth: cases.truth[at] ?? 0,
              weight: cases.weights[at] ?? 0,
            },
          ]
        : [],
    );
  });
  if (rows.length === 0) return 1;
  const loss = (factor: number): number =>
    rows.reduce((sum, { logits, prior, truth, weight }) => {
      const shifted = Array.from(
        logits,
        (logit, index) => logit / (temperature[domain] * factor) + (prior[index] ?? 0),
      );
      return sum - weight * Math.log(Math.max(softmax(shifted)[truth] ?? 0, 1e-12));
    }, 0);
  return smallestBetween(1 / largestTemperatureFactor, largestTemperatureFactor, loss);
}

/** Golden-section search on a logarithmic scale. */
function smallestBetween(low: number, high: number, of: (value: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [from, to] = [Math.log(low), Math.log(high)];
  for (let round = 0; round < 24; round++) {
    const left = to - ratio * (to - from);
    const right = from + ratio * (to - from);
    if (of(Math.exp(left)) <= of(Math.exp(right))) to = right;
    else from = left;
  }
  return Math.exp((from + to) / 2);
}

function setFactor(
  corrections: Said,
  calibration: Calibration,
  temperature: Readonly<Record<PictureDomain, number>>,
): number {
  const { coverage, threshold } = calibration.predictionSet;
  const { truth } = corrections.cases;
  const right = probabilitiesOf(corrections, calibration, temperature)
    .map((row, at) => row[truth[at] ?? 0] ?? 0)
    .sort((a, b) => a - b);
  const place = Math.max(0, Math.floor((right.length + 1) * (1 - coverage)) - 1);
  return Math.max(1e-4, roundedDown(Math.min(1, (right[place] ?? threshold) / threshold)));
}

/** So that a level is never above the case that it must find. */
function roundedDown(value: number): number {
  return Math.floor(value * 1e4) / 1e4;
}
