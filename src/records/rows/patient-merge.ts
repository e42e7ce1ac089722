/** Two patients that are the same person, made one in one transaction; and taken apart again. */
import { Failure } from '../../failure';
import { storedPatient, type Stamp } from '../crypto/codec';
import type { PatientRow, RecordDatabase } from '../store/database';
import {
  announceHandover,
  belongings,
  commitHandover,
  handedOver,
  type Belongings,
  type Handover,
} from './handover';
import type { PatientFields } from '../../domain/patient';
import type { Undoable } from './removal';
import { sealPatient } from '../crypto/sealed';
import { again, guarded, type RecordStore } from './record-store';

interface Merge {
  /** Both rows as they stood. */
  readonly stays: PatientRow;
  readonly goes: PatientRow;
  readonly keyId: string | undefined;
  /** What went over from one to the other. */
  readonly moved: Handover;
}

const stores = ['patients', 'lesions', 'examinations', 'keys'] as const;

/** A patient as whoever merges it saw it. */
export interface SeenPatient {
  readonly id: string;
  readonly revision: number;
}

/**
 * @param one the patient that stays
 * @param twin the patient that goes
 * @param fields of the patient that stays, made from what was seen of both
 * @returns undefined when one of the two is gone, or when they are one
 * @throws Failure `record-stale` when one of the two has been changed since it was seen
 */
export function mergePatients(
  store: RecordStore,
  one: SeenPatient,
  twin: SeenPatient,
  fields: PatientFields & Stamp,
): Promise<Undoable | undefined> {
  return guarded(async () => {
    const { id } = one;
    const stored = storedPatient(fields);
    const merge = await store.write(
      stores,
      async (opened) => ({
        content: await sealPatient(opened.key, id, stored),
        moved: await handedOver(opened, await belongings(opened.database, twin.id), id, fields.updatedAt),
      }),
      async (writing, { content, moved }): Promise<Merge | undefined | typeof again> => {
        const patients = writing.objectStore('patients');
        const [stays, goes] = await Promise.all([patients.get(id), patients.get(twin.id)]);
        if (!stays || !goes || id === twin.id) return undefined;
        if (stays.revision !== one.revision || goes.revision !== twin.revision) {
          throw new Failure('record-stale', 'patient');
        }
        const [lesions, examinations] = await Promise.all([
          writing.objectStore('lesions').index('patient').count(twin.id),
          writing.objectStore('examinations').index('patient').count(twin.id),
        ]);
        if (lesions !== moved.lesions.length || examinations !== moved.examinations.length) return again;
        if (!(await commitHandover(writing, moved))) return again;
        await patients.put({ id, revision: stays.revision + 1, content });
        await patients.delete(twin.id);
        return { stays, goes, moved, keyId: (await writing.objectStore('keys').get('data'))?.id };
      },
    );
    if (!merge) return undefined;
    const saved = [{ ...stored, id, revision: one.revision + 1, damaged: false }] as const;
    store.changes.announce({ kind: 'changed', of: 'patient', ids: [id], saved });
    announceHandover(store.changes, merge.moved);
    store.changes.announce({ kind: 'removed', of: 'patient', ids: [twin.id] });
    return { undo: () => takeApart(store, merge) };
  });
}

/** Puts the twin back with what was its own; what was written down of the other since the merge stays. */
function takeApart(store: RecordStore, { stays, goes, keyId, moved }: Merge): Promise<boolean> {
  return guarded(async () => {
    const back = await store.write(
      stores,
      async (opened) => {
        const own = await stillOf(opened.database, stays.id, moved);
        return handedOver(opened, own, goes.id, store.now().getTime());
      },
      async (writing, handover) => {
        const patients = writing.objectStore('patients');
        const present = await patients.get(stays.id);
        // A new key opens nothing of it, and what was deleted with the one patient is not the other's any more.
        if (!present || (await writing.objectStore('keys').get('data'))?.id !== keyId) return undefined;
        if (!(await commitHandover(writing, handover))) return again;
        const untouched = present.revision === stays.revision + 1;
        if (untouched) await patients.put({ ...stays, revision: present.revision + 1 });
        await patients.put(goes);
        return handover;
      },
    );
    if (!back) return false;
    store.changes.announce({ kind: 'added', of: 'patient', ids: [goes.id] });
    store.changes.announce({ kind: 'changed', of: 'patient', ids: [stays.id] });
    announceHandover(store.changes, back);
    return true;
  });
}

/** Those of the rows that are still the patient's, as they stand now. */
async function stillOf(database: RecordDatabase, patient: string, moved: Belongings): Promise<Belongings> {
  const now = await belongings(database, patient);
  const among = <R extends { readonly id: string }>(rows: readonly R[], earlier: readonly R[]): R[] => {
    const ids = new Set(earlier.map(({ id }) => id));
    return rows.filter(({ id }) => ids.has(id));
  };
  return {
    lesions: among(now.lesions, moved.lesions),
    examinations: among(now.examinations, moved.examinations),
  };
}
