/**
 * Lesions and visits that go over to another patient. Their contents are sealed anew with the time of the
 * move, so that a backup restored elsewhere takes them for the later version.
 */
import type { Lesion } from '../../domain/lesion';
import type { VisitSummary } from '../../domain/visit/visit';
import { openLesion, sealLesion, whole } from '../crypto/sealed';
import { lesionFields, touchedBy } from '../../domain/lineage/fields';
import type { RecordChanges } from '../changes';
import type { LesionRow, RecordDatabase, VisitRow, Writing } from '../store/database';
import type { Opened } from './record-store';
import { touched } from './visit-rows';

export interface Belongings {
  readonly lesions: readonly LesionRow[];
  readonly visits: readonly VisitRow[];
}

/** Rows as they are after the move. */
export interface Handover extends Belongings {
  /** Those that are not damaged, in the clear. */
  readonly saved: { readonly lesions: readonly Lesion[]; readonly visits: readonly VisitSummary[] };
}

/** Everything that is a patient's. */
export async function belongings(database: RecordDatabase, patient: string): Promise<Belongings> {
  const transaction = database.transaction(['lesions', 'examinations']);
  const [lesions, visits] = await Promise.all([
    transaction.objectStore('lesions').index('patient').getAll(patient),
    transaction.objectStore('examinations').index('patient').getAll(patient),
  ]);
  return { lesions, visits };
}

/** The rows as they are after the move; what is damaged stays as it is, with its new owner. */
export async function handedOver(
  opened: Opened,
  { lesions, visits }: Belongings,
  patient: string | undefined,
  updatedAt: number,
): Promise<Handover> {
  const [movedLesions, movedVisits] = await Promise.all([
    Promise.all(lesions.map((row) => movedLesion(opened, row, patient, updatedAt))),
    Promise.all(visits.map((row) => touched(opened, { ...row, patient }, updatedAt, 'owner'))),
  ]);
  const there = <T>(saved: T | undefined) => saved !== undefined;
  return {
    lesions: movedLesions.map(({ row }) => row),
    visits: movedVisits.map(({ row }) => row),
    saved: {
      lesions: movedLesions.map(({ saved }) => saved).filter(there),
      visits: movedVisits.map(({ saved }) => saved).filter(there),
    },
  };
}

async function movedLesion(
  { key, keyId }: Opened,
  row: LesionRow,
  patient: string | undefined,
  updatedAt: number,
): Promise<{ readonly row: LesionRow; readonly saved: Lesion | undefined }> {
  const moved = { ...row, patient, revision: row.revision + 1 };
  const lesion = await whole(openLesion(key, row), undefined);
  if (!lesion) return { row: moved, saved: undefined };
  const lineage = touchedBy(keyId, lesion, updatedAt, lesionFields, ['owner']);
  const saved = { ...lesion, updatedAt, lineage, patient, revision: moved.revision };
  return { row: { ...moved, content: await sealLesion(key, row.id, saved) }, saved };
}

/** Writes all rows, or none and gives false when one of them is no longer what it was made from. */
export async function commitHandover(writing: Writing, { lesions, visits }: Belongings): Promise<boolean> {
  const [lesionStore, visitStore] = [writing.objectStore('lesions'), writing.objectStore('examinations')];
  const present = await Promise.all([
    ...lesions.map((row) => lesionStore.get(row.id)),
    ...visits.map((row) => visitStore.get([row.createdAt, row.id])),
  ]);
  const moved = [...lesions, ...visits];
  if (moved.some((row, at) => present[at]?.revision !== row.revision - 1)) return false;
  await Promise.all([
    ...lesions.map((row) => lesionStore.put(row)),
    ...visits.map((row) => visitStore.put(row)),
  ]);
  return true;
}

export function announceHandover(changes: RecordChanges, { lesions, visits, saved }: Handover): void {
  const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
  changes.announce({ kind: 'changed', of: 'lesion', ids: idsOf(lesions), saved: saved.lesions });
  changes.announce({
    kind: 'changed',
    of: 'visit',
    ids: idsOf(visits),
    saved: saved.visits,
  });
}
