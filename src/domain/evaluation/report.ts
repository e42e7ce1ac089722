/** The figures of an evaluation, from its outcomes alone. */
import { mean, quantile } from 'simple-statistics';
import { wilson, type Interval, type Share } from '../agreement/shares';
import type { Manifest } from '../pack/manifest';
import { noLesion } from './labels';
import type { EvaluatedPrediction, Outcome } from './outcome';
import type { PictureDomain } from '../prediction';
import { calibrationError } from './metrics/calibration';
import {
  accuracy,
  balancedAccuracy,
  confusionMatrix,
  recall,
  specificity,
  type Scored,
} from './metrics/classification';
import { bootstrap } from './metrics/intervals';
import { areaUnderCurve } from './metrics/ranking';

/** An alert level, with its threshold for each kind of picture. */
export interface AlertLevel {
  readonly id: string;
  readonly classes: readonly string[];
  readonly thresholds: Readonly<Record<PictureDomain, number>>;
}

/** A figure, its 95 % interval where it has one, and the pictures it was measured on; null where there are none. */
export interface Figure {
  readonly value: number | null;
  readonly interval?: Interval | null;
  readonly n: number;
}

interface ClassFigures {
  readonly code: string;
  readonly recall: Figure;
  readonly specificity: Figure;
  readonly auc: Figure;
}

/** At an operating point of the pack; the predictive values are those of the mix of these pictures. */
interface PointFigures {
  readonly id: string;
  /** By the kind of picture. */
  readonly thresholds: AlertLevel['thresholds'];
  readonly sensitivity: Figure;
  readonly specificity: Figure;
  readonly ppv: Figure;
  readonly npv: Figure;
}

export interface Report {
  /** Rows of the labels; those with a prediction; those that failed or were not counted, by error code. */
  readonly rows: number;
  readonly read: number;
  readonly errors: Readonly<Record<string, number>>;
  /** Predictions by the backend that gave them. */
  readonly backends: Readonly<Record<string, number>>;
  /** Of the pictures of the pack's classes, refused or not. */
  readonly accuracy: Figure;
  readonly balancedAccuracy: Figure;
  readonly classes: readonly ClassFigures[];
  readonly melanomaAuc: Figure;
  /** By the summed probability of the classes that are malignant or premalignant. */
  readonly malignantOrPremalignantAuc: Figure;
  /** Of 15 bins; the interval is that of the bootstrap, which lies a little above where bins hold few. */
  readonly calibrationError: Figure;
  readonly operatingPoints: readonly PointFigures[];
  readonly predictionSet: { readonly coverage: Figure; readonly meanSize: Figure };
  /** Share of double-checks whose views all agree; null where one view was read. */
  readonly viewsAgree: Figure | null;
  /** Share that the gate turned away: of lesions (wrongly), and of pictures labelled `none` (rightly). */
  readonly refused: { readonly lesions: Figure; readonly none: Figure };
  /** counts[truth][predicted], in the order of `classes`. */
  readonly confusion: readonly (readonly number[])[];
  /** Means over the pictures that have an expert's outline. */
  readonly outline: {
    readonly dice: Figure;
    readonly iou: Figure;
    readonly attentionInside: Figure;
    /** Those that could not be compared, by error code. */
    readonly errors: Readonly<Record<string, number>>;
  };
  readonly milliseconds: { readonly median: number | null; readonly p95: number | null; readonly n: number };
}

interface Read {
  readonly truth: number;
  readonly probabilities: readonly number[];
  readonly prediction: EvaluatedPrediction;
}

export function makeReport(
  outcomes: readonly Outcome[],
  { classes }: Pick<Manifest, 'classes'>,
  levels: readonly AlertLevel[],
): Report {
  const codes = classes.map(({ code }) => code);
  const predictions = outcomes.flatMap(({ prediction }) => prediction ?? []);
  const lesions = outcomes.flatMap(({ label, prediction }): Read[] => {
    const truth = codes.indexOf(label.code ?? '');
    return prediction && truth >= 0 ? [{ truth, probabilities: prediction.probabilities, prediction }] : [];
  });
  const none = outcomes.flatMap(({ label, prediction }) =>
    prediction && label.code === noLesion ? prediction : [],
  );
  const overlaps = outcomes.flatMap(({ overlap }) => overlap ?? []);
  const confusion = confusionMatrix(lesions, codes.length);
  const serious = classes.flatMap(({ kind }, k) => (kind === 'benign' ? [] : k));

  return {
    rows: outcomes.length,
    read: predictions.length,
    errors: countBy(outcomes.flatMap(({ error }) => error ?? [])),
    backends: countBy(predictions.map(({ backend }) => backend)),
    accuracy: shareFigure(accuracy(confusion)),
    balancedAccuracy: {
      value: orNull(balancedAccuracy(confusion)),
      interval:
        lesions.length > 0
          ? bootstrap(lesions, (sample) => balancedAccuracy(confusionMatrix(sample, codes.length)))
          : null,
      n: lesions.length,
    },
    classes: codes.map((code, k) => ({
      code,
      recall: shareFigure(recall(confusion, k)),
      specificity: shareFigure(specificity(confusion, k)),
      auc: aucFigure(lesions, [k]),
    })),
    melanomaAuc: aucFigure(lesions, [codes.indexOf('mel')]),
    malignantOrPremalignantAuc: aucFigure(lesions, serious),
    calibrationError: {
      value: orNull(calibrationError(lesions)),
      interval: lesions.length > 0 ? bootstrap(lesions, calibrationError) : null,
      n: lesions.length,
    },
    operatingPoints: levels.map((point) => pointFigures(lesions, point, codes)),
    predictionSet: {
      coverage: shareFigure(
        countIf(lesions, ({ truth, prediction }) => prediction.set.includes(codes[truth] ?? '')),
      ),
      meanSize: {
        value: lesions.length > 0 ? mean(lesions.map(({ prediction }) => prediction.set.length)) : null,
        n: lesions.length,
      },
    },
    viewsAgree: viewsFigure(lesions),
    refused: {
      lesions: shareFigure(countIf(lesions, ({ prediction }) => !prediction.accepted)),
      none: shareFigure(countIf(none, ({ accepted }) => !accepted)),
    },
    confusion,
    outline: {
      dice: meanFigure(overlaps.map(({ dice }) => dice)),
      iou: meanFigure(overlaps.map(({ iou }) => iou)),
      attentionInside: meanFigure(overlaps.map(({ attention }) => attention)),
      errors: countBy(outcomes.flatMap(({ overlapError }) => overlapError ?? [])),
    },
    milliseconds: times(predictions.map(({ milliseconds }) => milliseconds)),
  };
}

function pointFigures(
  lesions: readonly Read[],
  { id, classes, thresholds }: AlertLevel,
  codes: readonly string[],
): PointFigures {
  const flagged = ({ prediction }: Read): boolean => prediction.flagged.includes(id);
  const positive = ({ truth }: Read): boolean => classes.includes(codes[truth] ?? '');
  const not =
    (test: (item: Read) => boolean) =>
    (item: Read): boolean =>
      !test(item);
  const of = (group: (item: Read) => boolean, test: (item: Read) => boolean): Figure =>
    shareFigure(countIf(lesions.filter(group), test));
  return {
    id,
    thresholds,
    sensitivity: of(positive, flagged),
    specificity: of(not(positive), not(flagged)),
    ppv: of(flagged, positive),
    npv: of(not(flagged), not(positive)),
  };
}

function viewsFigure(lesions: readonly Read[]): Figure | null {
  const careful = lesions.filter(({ prediction }) => prediction.views);
  if (careful.length === 0) return null;
  return shareFigure(countIf(careful, ({ prediction: { views } }) => views?.agree === views?.count));
}

function aucFigure(lesions: readonly Scored[], positives: readonly number[]): Figure {
  const items = lesions.map(({ truth, probabilities }) => ({
    score: positives.reduce((sum, k) => sum + (probabilities[k] ?? 0), 0),
    positive: positives.includes(truth),
  }));
  const value = orNull(areaUnderCurve(items));
  return { value, interval: value === null ? null : bootstrap(items, areaUnderCurve), n: lesions.length };
}

function shareFigure(share: Share): Figure {
  if (share.n === 0) return { value: null, interval: null, n: 0 };
  return { value: share.hits / share.n, interval: wilson(share), n: share.n };
}

function meanFigure(values: readonly number[]): Figure {
  const n = values.length;
  if (n === 0) return { value: null, interval: null, n };
  return { value: mean([...values]), interval: bootstrap(values, (sample) => mean([...sample])), n };
}

function countIf<T>(items: readonly T[], test: (item: T) => boolean): Share {
  return { hits: items.filter(test).length, n: items.length };
}

function countBy(keys: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
}

function times(milliseconds: readonly number[]): Report['milliseconds'] {
  const n = milliseconds.length;
  if (n === 0) return { median: null, p95: null, n };
  return { median: quantile([...milliseconds], 0.5), p95: quantile([...milliseconds], 0.95), n };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
