/** What a clinician or a laboratory found of pictures that a model has read: what its head can learn from. */
import { pictureDomain, type PictureDomain } from '../prediction';
import type { PictureRecord, VisitRecord } from '../visit/visit';

/** Lesions that must be known before a head can learn: fewer cannot show whether it became better. */
export const leastLesions = 30;

/** A histology counts whole; a clinical diagnosis may be wrong. */
const weightOf = { histology: 1, diagnosis: 0.5 } as const;

/** One picture with what was found. */
export interface Correction {
  readonly visit: string;
  readonly picture: string;
  /** Cases with the same group stay in one fold: the lesion, or the visit if it has no lesion. */
  readonly lesion: string;
  /** Code of the condition that was found. */
  readonly code: string;
  /** Above 0; the pictures of a lesion share its weight. */
  readonly weight: number;
  readonly source: keyof typeof weightOf;
  readonly domain: PictureDomain;
  /** What the model said then: code of the likeliest condition. */
  readonly said: string;
  readonly visitedAt: Date;
  readonly embedding: Float32Array;
}

export interface Corrections {
  /** In the order of the visits. */
  readonly usable: readonly Correction[];
  /** Pictures with a finding that another model read. */
  readonly ofOtherModels: number;
  /** Pictures whose diagnosis is none of the model's conditions. */
  readonly ofOtherConditions: number;
}

/** What is missing before a head can learn. */
export type Missing = { readonly lesions: number } | { readonly conditions: number };

/**
 * The pictures of visits with a histology or, weighted less, a clinical diagnosis that the model has read. Overviews are
 * left out: they show too little of the lesion to learn from.
 * @param pack the model; its conditions' codes
 */
export function correctionsOf(
  visits: readonly VisitRecord[],
  pack: { readonly id: string; readonly version: string; readonly codes: readonly string[] },
): Corrections {
  const found: Omit<Correction, 'weight'>[] = [];
  let ofOtherModels = 0;
  let ofOtherConditions = 0;
  for (const visit of visits) {
    const source = visit.histology ? 'histology' : 'diagnosis';
    const finding = visit[source];
    if (!finding) continue;
    for (const picture of visit.pictures.filter(
      ({ kind, reading }) => reading.accepted && kind !== 'overview',
    )) {
      if (finding.code === null || !pack.codes.includes(finding.code)) ofOtherConditions += 1;
      else if (!readBy(picture, pack)) ofOtherModels += 1;
      else found.push(correction(visit, picture, finding.code, source));
    }
  }
  const pictures = new Map<string, number>();
  for (const { lesion } of found) pictures.set(lesion, (pictures.get(lesion) ?? 0) + 1);
  const usable = found.map((each) => ({
    ...each,
    weight: weightOf[each.source] / (pictures.get(each.lesion) ?? 1),
  }));
  return { usable, ofOtherModels, ofOtherConditions };
}

function readBy(
  { reading }: PictureRecord,
  pack: { readonly id: string; readonly version: string },
): boolean {
  return reading.pack.id === pack.id && reading.pack.version === pack.version && reading.embedding.length > 0;
}

function correction(
  visit: VisitRecord,
  { id, reading }: PictureRecord,
  code: string,
  source: keyof typeof weightOf,
): Omit<Correction, 'weight'> {
  return {
    visit: visit.id,
    picture: id,
    lesion: visit.lesion ?? visit.id,
    code,
    source,
    domain: reading.domain ?? pictureDomain(reading.gate),
    said: reading.top,
    visitedAt: visit.createdAt,
    embedding: reading.embedding,
  };
}

/** Lesions by condition; a lesion with several findings counts for the last one. */
export function lesionsByCondition(
  corrections: readonly Pick<Correction, 'lesion' | 'code'>[],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const code of new Map(corrections.map(({ lesion, code }) => [lesion, code])).values()) {
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** What is missing before a head can learn from these; empty where nothing is. */
export function missingFor(corrections: readonly Pick<Correction, 'lesion' | 'code'>[]): Missing[] {
  const counts = lesionsByCondition(corrections);
  const lesions = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const conditions = Object.keys(counts).length;
  return [
    ...(lesions < leastLesions ? [{ lesions: leastLesions - lesions }] : []),
    ...(conditions < 2 ? [{ conditions: 2 - conditions }] : []),
  ];
}
