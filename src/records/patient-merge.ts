/** Two patients that are the same person, made one in one transaction; and taken apart again. */
import type { Stamp } from './crypto/codec';
import type { PatientRow, RecordDatabase } from './store/database';
import { belongings, commitHandover, handedOver, type Handover } from './handover';
import type { PatientFields } from '../domain/patient';
import type { Undoable } from './upkeep/removal';
import { sealPatient } from './crypto/sealed';
import { again, guarded, type RecordStore } from './store/store';

interface Merge {
  /** Both rows as they stood. */
  readonly stays: PatientRow;
  readonly goes: PatientRow;
  readonly keyId: string | undefined;
  /** What went over from one to the other. */
  readonly moved: Handover;
}

const stores = ['patients', 'lesions', 'examinations', 'keys'] as const;

/** @returns undefined when one of the two is gone, or when they are one */
export function mergePatients(
  store: RecordStore,
  id: string,
  twin: string,
  fields: PatientFields & Stamp,
): Promise<Undoable | undefined> {
  return guarded(async () => {
    const merge = await store.write(
      stores,
      async (opened) => ({
        content: await sealPatient(opened.key, id, fields),
        moved: await handedOver(opened, await belongings(opened.database, twin), id, fields.updatedAt),
      }),
      async (writing, { content, moved }): Promise<Merge | undefined | typeof again> => {
        const patients = writing.objectStore('patients');
        const [stays, goes] = await Promise.all([patients.get(id), patients.get(twin)]);
        if (!stays || !goes || id === twin) return undefined;
        const [lesions, examinations] = await Promise.all([
          writing.objectStore('lesions').index('patient').count(twin),
          writing.objectStore('examinations').index('patient').count(twin),
        ]);
        if (lesions !== moved.lesions.length || examinations !== moved.examinations.length) return again;
        if (!(await commitHandover(writing, moved))) return again;
        await patients.put({ id, revision: stays.revision + 1, content });
        await patients.delete(twin);
        return { stays, goes, moved, keyId: (await writing.objectStore('keys').get('data'))?.id };
      },
    );
    if (!merge) return undefined;
    announce(store, [id], merge.moved);
    store.changes.announce({ kind: 'removed', of: 'patient', ids: [twin] });
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
    announce(store, [stays.id], back);
    return true;
  });
}

/** Those of the rows that are still the patient's, as they stand now. */
async function stillOf(database: RecordDatabase, patient: string, moved: Handover): Promise<Handover> {
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

function announce(store: RecordStore, patients: readonly string[], moved: Handover): void {
  const kind = 'changed';
  const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);
  store.changes.announce({ kind, of: 'patient', ids: patients });
  store.changes.announce({ kind, of: 'lesion', ids: idsOf(moved.lesions) });
  store.changes.announce({ kind, of: 'examination', ids: idsOf(moved.examinations) });
}
