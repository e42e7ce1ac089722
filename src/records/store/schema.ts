/** The headers of codec.ts: what may stand in a row, checked whenever it is written or read. */
import * as v from 'valibot';
import { WarningSignsSchema } from '../../domain/warning-signs';
import { AdviceSchema } from '../../domain/advice';
import type { Opinion, Remarks } from '../../domain/visit';
import { MeasuresSchema, OutlineSchema } from './measures-schema';
import { LineageSchema, type Lineage } from '../../domain/lineage/lineage';
import { bodyViews } from '../../domain/lesion';

/** 0..1; a sum of float probabilities may miss 1 by a rounding. */
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6));
const finite = v.pipe(v.number(), v.finite());
const milliseconds = v.pipe(finite, v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pixels = natural;
/**
 * `2026-05-31`. Days are checked where they are entered (`asIsoDay`, `birthDateProblem`): here also the year 0085 and 30
 * February pass, so that a row into which one was typed before that stays readable.
 */
const day = v.pipe(v.string(), v.isoDate());
const updatedAt = v.pipe(v.number(), v.safeInteger());
/** Absent in what was written before it was kept. */
const lineage = v.optional(LineageSchema);
const source = v.picklist(['file', 'camera', 'shared', 'sample']);

export const PatientHeader = v.object({
  updatedAt,
  lineage,
  name: v.string(),
  reference: v.string(),
  born: v.nullable(day),
  sex: v.nullable(v.picklist(['female', 'male', 'other'])),
  note: v.string(),
});

export const LesionHeader = v.object({
  updatedAt,
  lineage,
  name: v.string(),
  place: v.nullable(v.object({ view: v.picklist(bodyViews), x: share, y: share })),
  note: v.string(),
  nextCheck: v.nullable(day),
});

const Diagnosis = v.nullable(v.object({ code: v.nullable(v.string()), text: v.string(), date: day }));

/** Bounded, because it comes from somebody else. */
const OpinionSchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  author: v.pipe(v.string(), v.maxLength(200)),
  writtenAt: v.pipe(natural, v.maxValue(8.64e15)),
  code: v.nullable(v.pipe(v.string(), v.maxLength(50))),
  note: v.pipe(v.string(), v.maxLength(20_000)),
}) satisfies v.GenericSchema<Opinion>;

export const Opinions = v.pipe(v.array(OpinionSchema), v.maxLength(500));

const SummaryHeader = v.object({
  source,
  top: v.string(),
  probability: share,
  accepted: v.boolean(),
  flagged: v.boolean(),
});

export const VisitHeader = v.object({
  updatedAt,
  lineage,
  note: v.string(),
  diagnosis: Diagnosis,
  histology: Diagnosis,
  checklist: v.nullable(WarningSignsSchema),
  triage: v.nullable(AdviceSchema),
  /** Absent in what was written before there were any. */
  opinions: v.optional(Opinions, []),
  /** Of the first picture, so that a list need not open the pictures. */
  summary: SummaryHeader,
  /** Ids in the order shown. */
  pictures: v.pipe(v.array(v.string()), v.minLength(1)),
});

/** A reading without its embedding, which follows as binary. */
const PredictionHeader = v.object({
  pack: v.object({ id: v.string(), version: v.string() }),
  backend: v.picklist(['wasm', 'webgl']),
  probabilities: v.array(v.object({ code: v.string(), probability: share })),
  logits: v.array(finite),
  top: v.string(),
  set: v.array(v.string()),
  gate: v.object({ dermatoscope: share, phone: share, none: share }),
  accepted: v.boolean(),
  operatingPoints: v.array(
    v.object({ id: v.string(), probability: share, threshold: share, flagged: v.boolean() }),
  ),
  quality: v.array(
    v.picklist(['low-resolution', 'blurred', 'too-dark', 'too-bright', 'glare', 'spot-small', 'spot-cut']),
  ),
  times: v.object({
    decode: milliseconds,
    resample: milliseconds,
    inference: milliseconds,
    total: milliseconds,
  }),
  /** Of careful readings only. */
  views: v.exactOptional(
    v.object({
      count: natural,
      agree: natural,
      range: v.array(v.object({ code: v.string(), low: share, high: share })),
    }),
  ),
});

export const PictureHeader = v.object({
  source,
  reading: PredictionHeader,
  size: v.object({ width: pixels, height: pixels }),
  frame: v.object({ x: pixels, y: pixels, side: pixels }),
  outline: v.exactOptional(OutlineSchema),
  measures: v.exactOptional(MeasuresSchema),
});

export type PictureSummary = v.InferOutput<typeof SummaryHeader>;

/** What `VisitHeader` reads. */
export interface VisitContent extends Remarks {
  readonly updatedAt: number;
  readonly lineage?: Lineage | undefined;
  readonly opinions: readonly Opinion[];
  readonly summary: PictureSummary;
  readonly pictures: readonly string[];
}
