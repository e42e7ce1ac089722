/** What a lesion's visits say when they are put in a row. */
import type { Measures } from '../outline/measures';
import type { PictureKind } from '../picture-kind';
import type { VisitRecord } from '../visit/visit';
import { leadingPicture } from '../visit/visit-advice';

export type FigureName = 'diameter' | 'area' | 'asymmetry' | 'probability';

export interface FollowUpPoint {
  readonly id: string;
  /** Of the picture that the figures are of. */
  readonly kind: PictureKind;
  readonly date: Date;
  /** Longest diameter, millimetres. */
  readonly diameter: number | undefined;
  /** Square millimetres. */
  readonly area: number | undefined;
  /** Mean share that does not overlap when mirrored on the two axes, 0..1. */
  readonly asymmetry: number | undefined;
  /** Probability, 0..1, of the classes that screening looks for. */
  readonly probability: number | undefined;
  /** Which model gave the probability and under which prior, and from how many views of the picture. */
  readonly model: string;
  readonly views: number;
}

/** Why figures of some visits are not compared: all of another kind of picture, the probabilities of another model or views. */
export type LeftOut = 'kind' | 'model' | 'views';

export interface FollowUp {
  /** Every visit with its own figures. */
  readonly points: readonly FollowUpPoint[];
  /** The same, without what cannot be compared. */
  readonly comparable: readonly FollowUpPoint[];
  readonly changes: readonly Change[];
  /** Undefined where all can be compared. */
  readonly leftOut: LeftOut | undefined;
}

export interface Change {
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
  readonly since: Date;
}

/** What a lesion's visits, oldest first, say together. Like is compared with like: one kind of picture. */
export function followUpOfVisits(visits: readonly VisitRecord[]): FollowUp {
  const kind = comparedKind(visits);
  return followUpOf(
    visits.map((visit) => pointOf(visit, kind)),
    kind,
  );
}

/**
 * The kind of picture by which visits are compared: the one that most of them have, through a dermatoscope where that is
 * even. An overview is never compared: nothing can be measured in it.
 */
export function comparedKind(visits: readonly Pick<VisitRecord, 'pictures'>[]): PictureKind | undefined {
  const count = (kind: PictureKind): number =>
    visits.filter(({ pictures }) => pictures.some((picture) => picture.kind === kind)).length;
  const [scope, close] = [count('dermatoscope'), count('close-up')];
  if (scope + close === 0) return undefined;
  return scope >= close ? 'dermatoscope' : 'close-up';
}

/** @param kind the only one whose figures are compared; none are where it is undefined */
export function followUpOf(all: readonly FollowUpPoint[], kind: PictureKind | undefined): FollowUp {
  const points = all.map((point) => (point.kind === kind ? point : { ...point, ...nothing }));
  const last = points.findLast(({ probability }) => probability !== undefined);
  const reasons = points.map((point) => (last ? difference(point, last) : undefined));
  const comparable = points.map((point, k) => (reasons[k] ? { ...point, probability: undefined } : point));
  const leftOut = reasons.includes('model') ? 'model' : reasons.find((reason) => reason !== undefined);
  const otherKind = all.some((point) => point.kind !== kind);
  const changes = changesOf(comparable);
  return { points: all, comparable, changes, leftOut: otherKind ? 'kind' : leftOut };
}

/**
 * Why two probabilities say nothing of a change: another version of the model gives other ones of the same
 * picture, and so does the mean of several views.
 */
function difference(point: FollowUpPoint, last: FollowUpPoint): LeftOut | undefined {
  if (point.probability === undefined) return undefined;
  if (point.model !== last.model) return 'model';
  return point.views === last.views ? undefined : 'views';
}

/** No figures. */
const nothing = { diameter: undefined, area: undefined, asymmetry: undefined, probability: undefined };

/** The figures of a visit, from its picture of that kind, or else from its leading picture. */
function pointOf({ id, day, pictures }: VisitRecord, kind?: PictureKind): FollowUpPoint {
  const [first, ...others] = pictures.filter((each) => each.kind === kind);
  const picture = leadingPicture(first ? [first, ...others] : pictures);
  const { measures, reading } = picture;
  return {
    id,
    kind: picture.kind,
    date: new Date(`${day}T12:00`),
    diameter: measures?.longestDiameter.millimetres,
    area: measures?.area.millimetres,
    asymmetry: measures && meanAsymmetry(measures),
    probability: reading.accepted
      ? reading.operatingPoints.find(({ id: point }) => point === 'screening')?.probability
      : undefined,
    model: [reading.pack.id, reading.pack.version, ...(reading.likelihoods ? [reading.domain] : [])].join(
      ' ',
    ),
    views: reading.views?.count ?? 1,
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
function changesOf(points: readonly FollowUpPoint[]): Change[] {
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
