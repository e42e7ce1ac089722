/** Decides whether an adapted head may replace the shipped one. */
import type { AtAlertLevel, Change, HeadCalibration, Refusal } from '../../domain/learning/head';
import { ranked, type Calibration } from '../calibration';
import { changeOf, type Judged } from './figures';
import { heightsOf, type CalibrationOf, type Said } from './recalibrate';

/** The largest loss of balanced accuracy on the bank: the interval of the change must be above it. */
const mostLost = -0.02;

/** Index of the likeliest condition for equally common ones. */
export function answerOf(logits: ArrayLike<number>): number {
  return ranked(Array.from(logits))[0] ?? 0;
}

/** How right the two heads are, by lesion: of several pictures the mean. */
function judged(before: Said, after: Said): Judged[] {
  const { cases } = before;
  const lesions = new Map<string, { sum: [number, number, number]; condition: number; count: number }>();
  cases.lesions.forEach((lesion, at) => {
    const truth = cases.truth[at] ?? 0;
    const key = `${truth} ${lesion}`;
    const found = lesions.get(key) ?? { sum: [0, 0, 0], condition: truth, count: 0 };
    const right = ({ logits }: Said): number => (answerOf(logits[at] ?? []) === truth ? 1 : 0);
    found.sum[0] += right(before);
    found.sum[1] += right(after);
    found.sum[2] += cases.weights[at] ?? 0;
    found.count += 1;
    lesions.set(key, found);
  });
  return [...lesions.values()].map(({ sum, condition, count }) => ({
    condition,
    before: sum[0] / count,
    after: sum[1] / count,
    weight: sum[2],
  }));
}

/** Sensitivity and specificity at an operating point, by picture. */
export function atLevel(
  before: Said,
  after: Said,
  codes: readonly string[],
  calibrationOf: CalibrationOf,
  adapted: HeadCalibration,
  { id, classes }: Calibration['operatingPoints'][number],
): AtAlertLevel {
  const old = heightsOf(before, codes, calibrationOf, id).map((height) => height >= 1);
  const level = adapted.alertLevels[id] ?? 1;
  const now = heightsOf(after, codes, calibrationOf, id, adapted.temperature).map(
    (height) => height >= level,
  );
  const share = (positive: boolean, all: readonly boolean[]): number => {
    const own = all.filter(
      (_, at) => classes.includes(codes[before.cases.truth[at] ?? -1] ?? '') === positive,
    );
    return own.filter((flagged) => flagged === positive).length / own.length;
  };
  const pair = (positive: boolean): { before: number; after: number } | null => {
    const found = { before: share(positive, old), after: share(positive, now) };
    return Number.isNaN(found.before) ? null : found;
  };
  return { sensitivity: pair(true), specificity: pair(false) };
}

/** Why the head is not adopted; empty where it is. */
export function refusalsOf(
  corrections: Change,
  bank: Change,
  alert: { readonly corrections: AtAlertLevel; readonly bank: AtAlertLevel },
): Refusal[] {
  const falls = ({ sensitivity }: AtAlertLevel): boolean =>
    sensitivity !== null && sensitivity.after < sensitivity.before;
  return [
    ...(corrections.low > 0 ? [] : (['corrections-not-better'] as const)),
    ...(bank.low > mostLost ? [] : (['bank-worse'] as const)),
    ...(falls(alert.corrections) || falls(alert.bank) ? (['sensitivity-lower'] as const) : []),
  ];
}

/** The two changes that the guard looks at. */
export function changesOf(
  before: readonly [Said, Said],
  after: readonly [Said, Said],
  seed: number,
): { corrections: Change; bank: Change } {
  return {
    corrections: changeOf(judged(before[0], after[0]), seed),
    bank: changeOf(judged(before[1], after[1]), seed),
  };
}
