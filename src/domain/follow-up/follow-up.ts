/** What a lesion's visits say when they are put in a row. */
import type { Measures } from '../measures';
import type { VisitRecord } from '../visit';

export type FigureName = 'diameter' | 'area' | 'asymmetry' | 'probability';

export interface FollowUpPoint {
  readonly id: string;
  readonly date: Date;
  /** Longest diameter, millimetres. */
  readonly diameter: number | undefined;
  /** Square millimetres. */
  readonly area: number | undefined;
  /** Mean share that does not overlap when mirrored on the two axes, 0..1. */
  readonly asymmetry: number | undefined;
  /** Probability, 0..1, of the classes that screening looks for. */
  readonly probability: number | undefined;
}

export interface Change {
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
  readonly since: Date;
}

/** The figures of a visit by its first picture. */
export function pointOf({ id, createdAt, pictures: [picture] }: VisitRecord): FollowUpPoint {
  const { measures, reading } = picture;
  return {
    id,
    date: createdAt,
    diameter: measures?.longestDiameter.millimetres,
    area: measures?.area.millimetres,
    asymmetry: measures && meanAsymmetry(measures),
    probability: reading.accepted
      ? reading.operatingPoints.find(({ id: point }) => point === 'screening')?.probability
      : undefined,
  };
}

/**
 * From how much on a difference is told, so that the noise of marking a scale and drawing an outline is not:
 * a diameter by a millimetre and by a fifth, an area by two fifths, the others by a tenth and a fifth of their
 * range.
 */
const thresholds: Readonly<Record<FigureName, (before: number, after: number) => boolean>> = {
  diameter: (before, after) => Math.abs(after - before) >= Math.max(1, 0.2 * before),
  area: (before, after) => Math.abs(after - before) >= 0.4 * before,
  asymmetry: (before, after) => Math.abs(after - before) >= 0.1,
  probability: (before, after) => Math.abs(after - before) >= 0.2,
};

/** What differs between the last visit and the first that has the same figure. */
export function changesOf(points: readonly FollowUpPoint[]): Change[] {
  const last = points.at(-1);
  if (!last) return [];
  return (['diameter', 'area', 'asymmetry', 'probability'] as const).flatMap((figure) => {
    const first = points.find((point) => point[figure] !== undefined);
    const [before, after] = [first?.[figure], last[figure]];
    if (!first || first === last || before === undefined || after === undefined) return [];
    return thresholds[figure](before, after) ? [{ figure, before, after, since: first.date }] : [];
  });
}

function meanAsymmetry({ asymmetry }: Measures): number {
  return (asymmetry.shares[0] + asymmetry.shares[1]) / 2;
}
