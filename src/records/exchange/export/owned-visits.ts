/** All visits with whose they are, one at a time. */
import type { DamagedVisit, VisitRecord } from '../../../domain/visit/visit';
import { damaged } from '../../rows/visit-rows';
import type { Lesion } from '../../../domain/lesion';
import type { Patient } from '../../../domain/patient';
import type { HealthRecord } from '../../record';
import { openLesion, openPatient, openRecord, whole } from '../../crypto/sealed';

export interface ExportOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told how many of all visits are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface OwnedVisit {
  readonly visit: VisitRecord | DamagedVisit;
  /** Absent also where they are damaged. */
  readonly lesion: Lesion | undefined;
  readonly patient: Patient | undefined;
}

/** Oldest first, without the pictures themselves. */
export async function* ownedVisits(
  record: HealthRecord,
  { signal, onProgress }: ExportOptions,
): AsyncGenerator<OwnedVisit> {
  const { database, key } = await record.store.open();
  const patients = await opened(await database.getAll('patients'), (row) => openPatient(key, row));
  const lesions = await opened(await database.getAll('lesions'), (row) => openLesion(key, row));
  const keys = await database.getAllKeysFromIndex('examinations', 'day');
  for (const [done, at] of keys.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, keys.length);
    const row = await database.get('examinations', at);
    if (!row) continue;
    const pictures = await database.getAllFromIndex('pictures', 'examination', row.id);
    const visit = await whole(openRecord(key, row, pictures), damaged(row));
    const { patient, lesion } = row;
    yield {
      visit,
      lesion: lesion === undefined ? undefined : lesions.get(lesion),
      patient: patient === undefined ? undefined : patients.get(patient),
    };
  }
  onProgress?.(keys.length, keys.length);
}

async function opened<R extends { id: string }, T>(
  rows: readonly R[],
  open: (row: R) => Promise<T>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (const row of rows) {
    const value = await whole(open(row), undefined);
    if (value !== undefined) found.set(row.id, value);
  }
  return found;
}
