/** How an adapted head's numbers are read, chosen on cases that it did not learn from. */
import type { HeadCalibration } from '../../domain/learning/head';
import type { PictureDomain } from '../../domain/prediction';
import { underPrior } from '../../domain/chances/priors';
import { softmax, type Calibration } from '../calibration';
import { logPriorsOf, type Cases } from './cases';

/** How the pack reads pictures of a domain: its calibration by domain and prior, where it has one. */
export type CalibrationOf = (domain: PictureDomain) => Calibration;

/** Cases with what a head says of each. */
export interface Said {
  readonly cases: Cases;
  readonly logits: readonly ArrayLike<number>[];
}

/** An alert level is lowered to half at most; a head that needs more is not adopted. */
const lowestAlertFactor = 0.5;

const largestTemperatureFactor = 2;

/** Chances of each case, in the order of the conditions. @param factor of the temperature, by domain */
function chancesOf(
  { cases, logits }: Said,
  codes: readonly string[],
  calibrationOf: CalibrationOf,
  factor?: HeadCalibration['temperature'],
): number[][] {
  return logits.map((each, at) => {
    const domain = cases.domains[at] ?? '';
    const { temperature, prior } = calibrationOf(domain);
    const equal = softmax(each, temperature * (factor?.[domain] ?? 1));
    if (!prior) return equal;
    const named = equal.map((probability, index) => ({ code: codes[index] ?? '', probability }));
    return underPrior(named, prior).map(({ probability }) => probability);
  });
}

/**
 * By case, how high an operating point's conditions together stand, in units of the level of its domain: flagged
 * from 1 on.
 */
export function heightsOf(
  said: Said,
  codes: readonly string[],
  calibrationOf: CalibrationOf,
  id: string,
  factor?: HeadCalibration['temperature'],
): number[] {
  return chancesOf(said, codes, calibrationOf, factor).map((row, at) => {
    const point = calibrationOf(said.cases.domains[at] ?? '').operatingPoints.find((each) => each.id === id);
    if (!point) return 0;
    const score = point.classes.reduce((sum, code) => sum + (row[codes.indexOf(code)] ?? 0), 0);
    return score / point.threshold;
  });
}

/**
 * Temperatures by the least log loss under the cases' priors, sets by split conformal prediction on the corrections,
 * and alert levels low enough to find as many of the cases as the shipped head finds.
 * @param before what the shipped head says of the corrections and of the bank's held-out half
 * @param after what heads say that have not seen the case
 * @param codes of the conditions, in the order of the logits
 * @param domains that the pack reads
 */
export function recalibrated(
  before: readonly Said[],
  after: readonly [corrections: Said, bank: Said],
  codes: readonly string[],
  domains: readonly [PictureDomain, ...PictureDomain[]],
  calibrationOf: CalibrationOf,
): HeadCalibration {
  const temperature = Object.fromEntries(
    domains.map((domain) => [domain, temperatureFactor(domain, after, calibrationOf)]),
  );
  const alertLevels = calibrationOf(domains[0]).operatingPoints.map(({ id, classes }) => {
    const factors = after.map((said, at) => {
      const shipped = before[at];
      if (!shipped) return 1;
      const positive = (heights: readonly number[]): number[] =>
        heights.filter((_, place) => classes.includes(codes[said.cases.truth[place] ?? -1] ?? ''));
      const found = positive(heightsOf(shipped, codes, calibrationOf, id)).filter(
        (height) => height >= 1,
      ).length;
      const heights = positive(heightsOf(said, codes, calibrationOf, id, temperature)).sort((a, b) => b - a);
      return heights[found - 1] ?? 1;
    });
    return [id, Math.max(lowestAlertFactor, roundedDown(Math.min(1, ...factors)))] as const;
  });
  return {
    temperature,
    predictionSet: setFactor(after[0], codes, calibrationOf, temperature, domains[0]),
    alertLevels: Object.fromEntries(alertLevels),
  };
}

function temperatureFactor(
  domain: PictureDomain,
  said: readonly Said[],
  calibrationOf: CalibrationOf,
): number {
  const { temperature } = calibrationOf(domain);
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
        (logit, index) => logit / (temperature * factor) + (prior[index] ?? 0),
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
  codes: readonly string[],
  calibrationOf: CalibrationOf,
  temperature: HeadCalibration['temperature'],
  first: PictureDomain,
): number {
  const { truth, domains } = corrections.cases;
  // How high the right condition stands, in units of its domain's threshold.
  const right = chancesOf(corrections, codes, calibrationOf, temperature)
    .map((row, at) => (row[truth[at] ?? 0] ?? 0) / calibrationOf(domains[at] ?? '').predictionSet.threshold)
    .sort((a, b) => a - b);
  const { coverage } = calibrationOf(first).predictionSet;
  const place = Math.max(0, Math.floor((right.length + 1) * (1 - coverage)) - 1);
  return Math.max(1e-4, roundedDown(Math.min(1, right[place] ?? 1)));
}

/** So that a level is never above the case that it must find. */
function roundedDown(value: number): number {
  return Math.floor(value * 1e4) / 1e4;
}
