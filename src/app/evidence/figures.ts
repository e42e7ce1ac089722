/** What the model page shows of a pack's metrics: where figures were measured, and what follows from them. */
import type { Metrics } from '../../domain/pack/metrics';

export type Figure = Metrics['figures'][number];
type RocPoint = NonNullable<Metrics['curves']>[number]['roc'][number];

/** A data set and the part of it that was used. */
export interface Place {
  readonly dataSet: string;
  readonly split: string;
}

/** A group of fewer pictures says little: its figures are marked. */
export const smallGroup = 30;

/** Names a place; for keys and choices. */
export function placeKey({ dataSet, split }: Place): string {
  return `${dataSet}.${split}`;
}

/** Where figures were measured, in the order of the file. */
export function placesOf({ figures }: Metrics): Place[] {
  const places = new Map(
    figures.map(({ dataSet, split }) => [placeKey({ dataSet, split }), { dataSet, split }]),
  );
  return [...places.values()];
}

/** What of `items` was measured at a place. */
export function at<T extends Place>(items: readonly T[] | undefined, place: Place): T[] {
  return (items ?? []).filter(({ dataSet, split }) => dataSet === place.dataSet && split === place.split);
}

/** The name of a figure: its id without the place and without the group. */
export function nameOf({ id, dataSet, split, group }: Figure): string {
  const name = id.slice(placeKey({ dataSet, split }).length + 1);
  return group ? name.slice(0, name.lastIndexOf('@')) : name;
}

/** Figures of all pictures of a place, by name. */
export function wholeFigures({ figures }: Metrics, place: Place): ReadonlyMap<string, Figure> {
  return new Map(
    at(figures, place)
      .filter(({ group }) => !group)
      .map((figure) => [nameOf(figure), figure]),
  );
}

/** Figures of groups at a place. */
export function groupFigures({ figures }: Metrics, place: Place): Figure[] {
  return at(figures, place).filter(({ group }) => group !== undefined);
}

/** How a figure is written: a share in percent, or a number with so many decimals. */
export function digitsOf(name: string): 'share' | 2 | 3 {
  const last = name.replace(/^careful\./, '');
  if (last === 'setSize') return 2;
  return last.startsWith('auc.') || last.startsWith('calibration') ? 3 : 'share';
}

/** What a threshold does among some spots, in whole spots. */
export interface Expected {
  /** Need treatment: flagged, and not flagged. */
  readonly found: number;
  readonly missed: number;
  /** Need none: flagged, and not flagged. */
  readonly alarms: number;
  readonly calm: number;
  /** Of the flagged, the share that needs treatment; NaN where none is flagged. */
  readonly ppv: number;
  /** Of the others, the share that needs none; NaN where all are flagged. */
  readonly npv: number;
}

/**
 * Bayes' rule in counts. The predictive values come from the unrounded counts.
 * @param spots how many
 * @param prevalence share of them that needs treatment, 0..1
 */
export function expectedAmong(
  spots: number,
  prevalence: number,
  { sensitivity, specificity }: Pick<RocPoint, 'sensitivity' | 'specificity'>,
): Expected {
  const ill = spots * prevalence;
  const well = spots - ill;
  const hits = ill * sensitivity;
  const alarms = well * (1 - specificity);
  const found = Math.round(hits);
  const roundedAlarms = Math.round(alarms);
  return {
    found,
    missed: Math.round(ill) - found,
    alarms: roundedAlarms,
    calm: spots - Math.round(ill) - roundedAlarms,
    ppv: hits / (hits + alarms),
    npv: (well - alarms) / (well - alarms + (ill - hits)),
  };
}

/** Index of the point of a curve whose threshold is nearest; 0 on an empty curve. */
export function nearestPoint(roc: readonly RocPoint[], threshold: number): number {
  let nearest = 0;
  roc.forEach((point, index) => {
    const best = roc[nearest]?.threshold ?? Infinity;
    if (Math.abs(point.threshold - threshold) < Math.abs(best - threshold)) nearest = index;
  });
  return nearest;
}

/** Index of the point of a curve whose sensitivity and specificity are nearest; 0 on an empty curve. */
export function closest(
  roc: readonly RocPoint[],
  { sensitivity, specificity }: Pick<RocPoint, 'sensitivity' | 'specificity'>,
): number {
  const distances = roc.map((each) =>
    Math.hypot(each.sensitivity - sensitivity, each.specificity - specificity),
  );
  return Math.max(0, distances.indexOf(Math.min(...distances)));
}

/** One cell of a confusion matrix with the counts that give it its sense. */
export interface Cell {
  readonly count: number;
  /** Pictures of that true class. */
  readonly ofTruth: number;
  /** Pictures read as that class. */
  readonly ofRead: number;
}

export function cellOf(counts: readonly (readonly number[])[], truth: number, read: number): Cell {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    count: counts[truth]?.[read] ?? 0,
    ofTruth: sum(counts[truth] ?? []),
    ofRead: sum(counts.map((row) => row[read] ?? 0)),
  };
}
