/** The fields of a row whose versions are told apart (domain/lineage.ts): each is changed for itself. */
import { advanced, edited, lineageOf, type Lineage, type Traced } from '../../domain/lineage';
import type { LesionFields } from '../../domain/lesion';
import type { PatientFields } from '../../domain/patient';
import type { Assignment, Remarks } from '../../domain/visit';

export const patientFields = [
  'name',
  'reference',
  'born',
  'sex',
  'note',
] as const satisfies (keyof PatientFields)[];

/** `owner` is the patient. */
export const lesionFields = ['name', 'place', 'note', 'nextCheck', 'owner'] as const satisfies (
  keyof LesionFields | 'owner'
)[];

/** `pictures` are the ids; `measures` is whatever was measured in them. */
export const visitFields = [
  'note',
  'diagnosis',
  'histology',
  'checklist',
  'triage',
  'owner',
  'pictures',
  'measures',
] as const satisfies (keyof Remarks | 'owner' | 'pictures' | 'measures')[];

/** What the owner of a visit is: its lesion, whose patient is the visit's as well, or its patient. */
export type Owner = { readonly lesion: string } | { readonly patient: string } | null;

export function ownerOfVisit({ patient, lesion }: Assignment): Owner {
  if (lesion !== undefined) return { lesion };
  return patient === undefined ? null : { patient };
}

/** The lineage of a row in which this device has changed whatever differs from `before`. */
export function changedBy(
  device: string,
  before: (Traced & object) | undefined,
  after: Traced & object,
  names: readonly string[],
): Lineage {
  // Owner and measures are no fields of the content: their changes are told by `touchedBy`.
  const own = before ? names.filter((name) => name !== 'owner' && name !== 'measures') : names;
  const lineage = edited(before, after, device, own);
  return before ? { ...lineage, fields: { ...lineageOf(before, names).fields, ...lineage.fields } } : lineage;
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
