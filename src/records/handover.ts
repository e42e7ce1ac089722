/**
 * Lesions and visits that go over to another patient. Their contents are sealed anew with the time of the
 * move, so that a backup restored elsewhere takes them for the later version.
 */
import type { VisitRow, LesionRow, RecordDatabase, Writing } from './store/database';
import { touched } from './visit-rows';
import { openLesion, sealLesion, whole } from './crypto/sealed';
import type { Opened } from './store/store';

export interface Handover {
  readonly lesions: readonly LesionRow[];
  readonly examinations: readonly VisitRow[];
}

/** Everything that is a patient's. */
export async function belongings(database: RecordDatabase, patient: string): Promise<Handover> {
  const transaction = database.transaction(['lesions', 'examinations']);
  const [lesions, examinations] = await Promise.all([
    transaction.objectStore('lesions').index('patient').getAll(patient),
    transaction.objectStore('examinations').index('patient').getAll(patient),
  ]);
  return { lesions, examinations };
}

/** The rows as they are after the move; what is damaged stays as it is, with its new owner. */
export async function handedOver(
  { key }: Opened,
  { lesions, examinations }: Handover,
  patient: string | undefined,
  updatedAt: number,
): Promise<Handover> {
  const [movedLesions, movedVisits] = await Promise.all([
    Promise.all(
      lesions.map(async (row): Promise<LesionRow> => {
        const lesion = await whole(openLesion(key, row), undefined);
        const content = lesion ? await sealLesion(key, row.id, { ...lesion, updatedAt }) : row.content;
        return { ...row, patient, content, revision: row.revision + 1 };
      }),
    ),
    Promise.all(examinations.map(async (row) => ({ ...(await touched(key, row, updatedAt)), patient }))),
  ]);
  return { lesions: movedLesions, examinations: movedVisits };
}

/** Writes all rows, or none and gives false when one of them is no longer what it was made from. */
export async function commitHandover(
  writing: Writing,
  { lesions, examinations }: Handover,
): Promise<boolean> {
  const [lesionStore, examinationStore] = [
    writing.objectStore('lesions'),
    writing.objectStore('examinations'),
  ];
  const present = await Promise.all([
    ...lesions.map((row) => lesionStore.get(row.id)),
    ...examinations.map((row) => examinationStore.get([row.createdAt, row.id])),
  ]);
  const moved = [...lesions, ...examinations];
  if (moved.some((row, at) => present[at]?.revision !== row.revision - 1)) return false;
  await Promise.all([
    ...lesions.map((row) => lesionStore.put(row)),
    ...examinations.map((row) => examinationStore.put(row)),
  ]);
  return true;
}
