/**
 * The headers of codec.ts: what may stand in a row, checked whenever it is written or read.
 *
 * Some stored names are older than today's words: `examinations` holds visits, `reading` is a prediction, `frame` a crop,
 * `checklist` the warning signs, `triage` the advice. They stay as they are, also in backups: every record and backup that
 * was ever written has them, and to rename them would mean to decrypt and seal each row anew for no gain to its owner.
 */
import * as v from 'valibot';
import { asIsoDay, type IsoDay } from '../../domain/calendar/calendar';
import { confidences, impressionViews, type Impression } from '../../domain/impression';
import { skinTypes } from '../../domain/patient';
import { backends } from '../../domain/prediction';
import { pictureKinds } from '../../domain/picture-kind';
import { WarningSignsSchema } from '../../domain/warning-signs';
import { AdviceSchema } from '../../domain/advice';
import type { Arrival, Joins, Opinion, PictureRecord, Remarks } from '../../domain/visit/visit';
import type { PictureRemovals } from '../../domain/visit/picture-removals';
import { MeasuresSchema, OutlineSchema } from './measures-schema';
import { Opinions } from './opinion-schema';
import { LineageSchema, type Lineage } from '../../domain/lineage/lineage';
import { bodyViews } from '../../domain/lesion';
import { PackNames, PackWords } from '../../domain/pack/words';

/** 0..1; a sum of float probabilities may miss 1 by a rounding. */
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6));
/**
 * Texts are as long as a form takes them, with room to spare: what is longer was not typed. A row that holds more is
 * damaged.
 */
const line = v.pipe(v.string(), v.maxLength(1000));
const lines = v.pipe(v.string(), v.maxLength(100_000));
/** Of a condition, an operating point, a pack. */
const short = v.pipe(v.string(), v.maxLength(100));
const finite = v.pipe(v.number(), v.finite());
const milliseconds = v.pipe(finite, v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pixels = natural;
/**
 * `2026-05-31`. Days are checked where they are entered (`asIsoDay`, `birthDateProblem`): here also the year 0085 and 30
 * February pass, so that a row into which one was typed before that stays readable.
 */
const day = v.pipe(v.string(), v.isoDate());
/** A day of the calendar: of a visit or a picture, which nobody could mistype before these were checked. */
export const IsoDaySchema = v.custom<IsoDay>(
  (text) => typeof text === 'string' && asIsoDay(text) !== undefined,
);
const updatedAt = v.pipe(v.number(), v.safeInteger());
/** Absent in what was written before it was kept. */
const lineage = v.optional(LineageSchema);
const source = v.picklist(['file', 'camera', 'shared', 'sample']);

export const PatientHeader = v.object({
  updatedAt,
  lineage,
  name: line,
  reference: line,
  born: v.nullable(day),
  sex: v.nullable(v.picklist(['female', 'male', 'other'])),
  /** Absent in what was written before there was any. */
  skinType: v.optional(v.nullable(v.picklist(skinTypes)), null),
  note: lines,
});

export const LesionHeader = v.object({
  updatedAt,
  lineage,
  name: line,
  place: v.nullable(v.object({ view: v.picklist(bodyViews), x: share, y: share })),
  note: lines,
  nextCheck: v.nullable(day),
});

const Diagnosis = v.nullable(v.object({ code: v.nullable(short), text: lines, date: day }));

const ImpressionSchema = v.object({
  view: v.picklist(impressionViews),
  code: v.nullable(short),
  confidence: v.nullable(v.picklist(confidences)),
  writtenAt: v.pipe(natural, v.maxValue(8.64e15)),
  afterResult: v.boolean(),
}) satisfies v.GenericSchema<Impression>;

const SummaryHeader = v.object({
  source,
  top: short,
  words: v.exactOptional(PackNames),
  probability: share,
  accepted: v.boolean(),
  flagged: v.boolean(),
});

export const VisitHeader = v.object({
  updatedAt,
  lineage,
  /** Absent where none were. */
  joined: v.optional(v.record(short, v.record(short, natural))),
  /** Absent where no picture was removed. */
  removals: v.optional(v.record(short, natural)),
  note: lines,
  diagnosis: Diagnosis,
  histology: Diagnosis,
  checklist: v.nullable(WarningSignsSchema),
  triage: v.nullable(AdviceSchema),
  /** Absent in what was written before there was any. */
  impression: v.optional(v.nullable(ImpressionSchema), null),
  /** Absent in what was written before there were any. */
  opinions: v.optional(Opinions, []),
  /** What came from somebody else and was not looked at yet; absent in what was written before. */
  arrival: v.optional(
    v.nullable(v.object({ from: v.string(), visit: v.boolean(), opinions: v.array(v.string()) })),
    null,
  ),
  /** Of the picture that stands for the visit (`leadingPicture`), so that a list need not open the pictures. */
  summary: SummaryHeader,
  /** Ids in the order shown. */
  pictures: v.pipe(
    v.array(short),
    v.minLength(1),
    v.check((ids) => areDifferent(ids)),
  ),
});

const conditions = v.array(v.object({ code: short, probability: share }));

/** What advice goes by. */
const resultFields = {
  likelihoods: v.exactOptional(conditions),
  top: short,
  set: v.array(short),
  accepted: v.boolean(),
  operatingPoints: v.array(
    v.object({ id: short, probability: share, threshold: share, flagged: v.boolean() }),
  ),
  quality: v.array(
    v.picklist([
      'perhaps-damaged',
      'low-resolution',
      'blurred',
      'too-dark',
      'too-bright',
      'glare',
      'spot-small',
      'spot-cut',
    ]),
  ),
};

/** Of careful readings only. */
const Views = v.object({
  count: natural,
  agree: natural,
  range: v.array(v.object({ code: short, low: share, high: share })),
});
const PackName = v.object({ id: short, version: short });
/** Absent where the pack's own head was used. */
const HeadName = v.object({ id: short, createdAt: milliseconds });
const Mode = v.picklist(['plain', 'eightViews']);

/** What another version of the model said before. */
const EarlierHeader = v.object({
  pack: PackName,
  head: v.exactOptional(HeadName),
  mode: v.exactOptional(Mode),
  ...resultFields,
  probabilities: conditions,
  views: v.exactOptional(Views),
  plain: v.exactOptional(v.object(resultFields)),
});

/** A reading without its embedding, which follows as binary. */
const PredictionHeader = v.pipe(
  v.object({
    pack: PackName,
    words: v.exactOptional(PackWords),
    head: v.exactOptional(HeadName),
    backend: v.picklist(backends),
    ...resultFields,
    /** How it was calibrated; absent in what was read before that was told apart. */
    domain: v.exactOptional(short),
    mode: v.exactOptional(Mode),
    probabilities: conditions,
    logits: v.array(finite),
    gate: v.record(short, share),
    times: v.object({
      decode: milliseconds,
      resample: milliseconds,
      inference: milliseconds,
      total: milliseconds,
    }),
    views: v.exactOptional(Views),
    /** Of careful readings that took the place of a plain one. */
    plain: v.exactOptional(v.object(resultFields)),
    /** Absent where no other version has read the picture before. */
    earlier: v.exactOptional(v.array(EarlierHeader)),
  }),
  v.check((prediction) => isConsistent(prediction), 'the conditions of a prediction contradict each other'),
);

/** Kind and day are absent in what was written before there were any. */
export const PictureFields = v.object({
  lineage,
  source,
  kind: v.exactOptional(v.picklist(pictureKinds)),
  capturedOn: v.exactOptional(IsoDaySchema),
  reading: PredictionHeader,
  size: v.object({ width: pixels, height: pixels }),
  frame: v.object({ x: pixels, y: pixels, side: pixels }),
  outline: v.exactOptional(OutlineSchema),
  measures: v.exactOptional(MeasuresSchema),
});

export const PictureHeader = v.pipe(
  PictureFields,
  v.check((picture) => isInside(picture), 'the crop lies outside of the picture'),
);

export type PictureSummary = v.InferOutput<typeof SummaryHeader>;

/** What `VisitHeader` reads. */
export interface VisitContent extends Remarks {
  readonly updatedAt: number;
  readonly lineage?: Lineage | undefined;
  readonly joined?: Joins | undefined;
  readonly removals?: PictureRemovals | undefined;
  readonly opinions: readonly Opinion[];
  readonly arrival: Arrival | null;
  readonly summary: PictureSummary;
  readonly pictures: readonly string[];
}

function areDifferent(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length;
}

interface Conditions {
  readonly probabilities: readonly { readonly code: string }[];
  readonly logits: readonly number[];
  readonly top: string;
  readonly set: readonly string[];
  readonly operatingPoints: readonly { readonly id: string }[];
  readonly likelihoods?: readonly { readonly code: string }[] | undefined;
  readonly plain?: Pick<Conditions, 'set' | 'operatingPoints' | 'likelihoods'> | undefined;
  readonly views?: { readonly range: readonly { readonly code: string }[] } | undefined;
  readonly earlier?: readonly Pick<Conditions, 'set' | 'operatingPoints' | 'likelihoods'>[] | undefined;
}

/** Whether every condition that is named is one of those that were told apart, once each. */
function isConsistent(conditions: Conditions): boolean {
  const { probabilities, logits, top, set, views, plain, earlier = [] } = conditions;
  const codes = probabilities.map(({ code }) => code);
  const range = views?.range.map(({ code }) => code) ?? [];
  return (
    [codes, range].every(areDifferent) &&
    [conditions, ...(plain ? [plain] : []), ...earlier].every(isOnceEach) &&
    [top, ...set, ...range].every((code) => codes.includes(code)) &&
    logits.length === codes.length
  );
}

function isOnceEach({
  set,
  operatingPoints,
  likelihoods = [],
}: Pick<Conditions, 'set' | 'operatingPoints' | 'likelihoods'>): boolean {
  const [points, codes] = [operatingPoints.map(({ id }) => id), likelihoods.map(({ code }) => code)];
  return [set, points, codes].every(areDifferent);
}

/** Whether the crop lies inside of its picture. */
export function isInside({ size, frame }: Pick<PictureRecord, 'size' | 'frame'>): boolean {
  return frame.side >= 1 && frame.x + frame.side <= size.width && frame.y + frame.side <= size.height;
}
