/**
 * One head from the updates of several devices. The same rule as training/'s `federate`
 * (training/src/lentigo_training/federation/): `training/tests/federation/merged.json` holds both to the same numbers.
 */
import type { HeadCalibration, HeadWeights } from '../../domain/learning/head';
import { judge, saidBy, type JudgedTask, type Learnt } from './judge';
import { flat, layerOf, type Layer } from './layer';

/** Share that is cut off on each side, of each weight: rounded down, but one from three updates on. */
const trimmed = 0.2;
/** An outlier is so many times as far from the middle as the update in the middle. */
const far = 3;
/** With fewer updates an outlier cannot be recognised. */
const fewestForOutliers = 4;

/** What a device learnt, and from how many lesions. */
export interface MergedPart extends HeadWeights {
  readonly lesions: number;
}

interface Merged {
  readonly layer: Layer;
  readonly calibration: HeadCalibration;
  /** Indices of the outliers among the updates. */
  readonly outliers: readonly number[];
}

/**
 * Weighted mean of each value without its largest and smallest ones (Yin et al., arXiv:1803.01498); of one or two rows
 * nothing is cut off.
 */
export function trimmedMean(rows: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const cut = rows.length > 2 ? Math.max(1, Math.floor(trimmed * rows.length)) : 0;
  return Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, at) => {
    const kept = rows
      .map((row, place) => ({ value: row[at] ?? 0, weight: weights[place] ?? 0 }))
      .sort((a, b) => a.value - b.value)
      .slice(cut, rows.length - cut);
    return weightedMean(
      kept.map(({ value }) => value),
      kept.map(({ weight }) => weight),
    );
  });
}

/** Indices of the rows that are far from the median of all; none for fewer than four. */
export function outliersOf(rows: readonly Float64Array[]): number[] {
  if (rows.length < fewestForOutliers) return [];
  const middle = Float64Array.from({ length: rows[0]?.length ?? 0 }, (_, at) =>
    median(rows.map((row) => row[at] ?? 0)),
  );
  const distances = rows.map((row) =>
    Math.sqrt(row.reduce((sum, value, at) => sum + (value - (middle[at] ?? 0)) ** 2, 0)),
  );
  const limit = far * median(distances);
  return distances.flatMap((distance, place) => (distance > limit ? [place] : []));
}

/**
 * Each part counts by its lesions. Temperatures are averaged; alert levels and prediction sets become as strict as in the
 * strictest part.
 * @param parts at least one, all of the shipped layer's pack
 */
export function merged(parts: readonly MergedPart[], shipped: Layer): Merged {
  const start = flat(shipped);
  const changes = parts.map((part) => flat(part).map((value, at) => value - (start[at] ?? 0)));
  const weights = parts.map(({ lesions }) => lesions);
  const change = trimmedMean(changes, weights);
  const values = start.map((value, at) => value + (change[at] ?? 0));
  return {
    layer: layerOf(values, shipped.bias.length),
    calibration: mergedCalibration(
      parts.map(({ calibration }) => calibration),
      weights,
    ),
    outliers: outliersOf(changes),
  };
}

/** Merges updates and has the guard judge the head, which did not learn from the corrections here. */
export function mergeAndJudge(
  task: JudgedTask,
  parts: readonly MergedPart[],
): Learnt & Pick<Merged, 'outliers'> {
  const { layer, calibration, outliers } = merged(parts, task.shipped);
  return { ...judge(task, layer, saidBy(layer, task.corrections), calibration), outliers };
}

function mergedCalibration(all: readonly HeadCalibration[], weights: readonly number[]): HeadCalibration {
  const names = (of: (each: HeadCalibration) => object): string[] => [
    ...new Set(all.flatMap((each) => Object.keys(of(each)))),
  ];
  return {
    temperature: Object.fromEntries(
      names(({ temperature }) => temperature).map((domain) => [
        domain,
        Math.exp(
          weightedMean(
            all.map(({ temperature }) => Math.log(temperature[domain] ?? 1)),
            weights,
          ),
        ),
      ]),
    ),
    predictionSet: Math.min(...all.map(({ predictionSet }) => predictionSet)),
    alertLevels: Object.fromEntries(
      names(({ alertLevels }) => alertLevels).map((level) => [
        level,
        Math.min(...all.map(({ alertLevels }) => alertLevels[level] ?? 1)),
      ]),
    ),
  };
}

function weightedMean(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0) / total;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
}
