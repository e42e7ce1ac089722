/** The fields of a row that have versions (lineage.ts). Each field is changed independently. */
import { advanced, edited, lineageOf, type Lineage, type Traced } from './lineage';
import type { LesionFields } from '../lesion';
import type { PatientFields } from '../patient';
import type { Assignment, PictureRecord, Remarks } from '../visit/visit';

export const patientFields = [
  'name',
  'reference',
  'born',
  'sex',
  'skinType',
  'note',
] as const satisfies (keyof PatientFields)[];

/** `owner` is the patient. */
export const lesionFields = ['name', 'place', 'note', 'nextCheck', 'owner'] as const satisfies (
  keyof LesionFields | 'owner'
)[];

/** `pictures` are the ids; `measures` is whatever was read, measured and said of them. */
export const visitFields = [
  'note',
  'diagnosis',
  'histology',
  'checklist',
  'triage',
  'impression',
  'day',
  'owner',
  'pictures',
  'measures',
] as const satisfies (keyof Remarks | 'day' | 'owner' | 'pictures' | 'measures')[];

/** What a person says to a visit. */
export const remarkFields = [
  'note',
  'diagnosis',
  'histology',
  'checklist',
  'triage',
  'impression',
] as const satisfies (keyof Remarks)[];

/** `reading` is all that was read and measured: it goes with the crop. */
export const pictureFields = ['kind', 'capturedOn', 'reading'] as const satisfies (keyof PictureRecord)[];
export type PictureField = (typeof pictureFields)[number];

/** What the owner of a visit is: its lesion, whose patient is the visit's as well, or its patient. */
export type Owner = { readonly lesion: string } | { readonly patient: string } | null;

export function ownerOfVisit({ patient, lesion }: Assignment): Owner {
  if (lesion !== undefined) return { lesion };
  return patient === undefined ? null : { patient };
}

/**
 * The lineage of a row in which this device has changed whatever differs from `before`.
 * @param settled fields for which this version replaces all others, even if it was there before
 */
export function changedBy(
  device: string,
  before: (Traced & object) | undefined,
  after: Traced & object,
  names: readonly string[],
  settled: readonly string[] = [],
): Lineage {
  // These are not part of the content: `touchedBy` reports their changes.
  const own = before ? names.filter((name) => !['owner', 'measures', 'day'].includes(name)) : names;
  const lineage = edited(before, after, device, own);
  if (!before) return lineage;
  const fields = { ...lineageOf(before, names).fields, ...lineage.fields };
  return advanced({ ...lineage, fields }, device, after.updatedAt, settled);
}

/** The lineage of a row in which this device has changed these fields. */
export function touchedBy(
  device: string,
  row: Traced,
  now: number,
  names: readonly string[],
  changed: readonly string[],
): Lineage {
  return advanced(lineageOf(row, names), device, now, changed);
}
