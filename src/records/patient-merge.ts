/** Two patients that are the same person, made one in one transaction; and taken apart again. */
import type { Stamp } from './codec';
import type { PatientRow, Writing } from './database';
import type { PatientFields } from './patient';
import type { Undoable } from './removal';
import { sealPatient } from './sealed';
import { guarded, type RecordStore } from './store';

/** What went over from one patient to the other, by id. */
interface Moved {
  readonly lesions: readonly string[];
  readonly examinations: readonly string[];
}

interface Merge extends Moved {
  /** Both rows as they stood. */
  readonly stays: PatientRow;
  readonly goes: PatientRow;
  readonly keyId: string | undefined;
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
      ({ key }) => sealPatient(key, id, fields),
      async (writing, content): Promise<Merge | undefined> => {
        const patients = writing.objectStore('patients');
        const [stays, goes] = await Promise.all([patients.get(id), patients.get(twin)]);
        if (!stays || !goes || id === twin) return undefined;
        await patients.put({ id, revision: stays.revision + 1, content });
        await patients.delete(twin);
        const lesions = await writing.objectStore('lesions').index('patient').getAllKeys(twin);
        const rows = await writing.objectStore('examinations').index('patient').getAll(twin);
        const moved = { lesions, examinations: rows.map((row) => row.id) };
        await give(writing, moved, twin, id);
        return { stays, goes, ...moved, keyId: (await writing.objectStore('keys').get('data'))?.id };
      },
    );
    if (!merge) return undefined;
    announce(store, [id], merge);
    store.changes.announce({ kind: 'removed', of: 'patient', ids: [twin] });
    return { undo: () => takeApart(store, merge) };
  });
}

/** Puts the twin back with what was its own; what was written down of the other since the merge stays. */
function takeApart(store: RecordStore, merge: Merge): Promise<boolean> {
  const { stays, goes, keyId } = merge;
  return guarded(async () => {
    const done = await store.change(stores, async (writing) => {
      const patients = writing.objectStore('patients');
      const present = await patients.get(stays.id);
      // A new key opens nothing of it, and what was deleted with the one patient is not the other's any more.
      if (!present || (await writing.objectStore('keys').get('data'))?.id !== keyId) return false;
      const untouched = present.revision === stays.revision + 1;
      if (untouched) await patients.put({ ...stays, revision: present.revision + 1 });
      await patients.put(goes);
      await give(writing, merge, stays.id, goes.id);
      return true;
    });
    if (!done) return false;
    store.changes.announce({ kind: 'added', of: 'patient', ids: [goes.id] });
    announce(store, [stays.id], merge);
    return true;
  });
}

/** Gives those of `moved` that are `from`'s to another patient. */
async function give(writing: Writing, moved: Moved, from: string, to: string): Promise<void> {
  const lesions = writing.objectStore('lesions');
  for (const id of moved.lesions) {
    const row = await lesions.get(id);
    if (row?.patient === from) await lesions.put({ ...row, patient: to, revision: row.revision + 1 });
  }
  const examinations = writing.objectStore('examinations');
  for (const id of moved.examinations) {
    const row = await examinations.index('id').get(id);
    if (row?.patient === from) await examinations.put({ ...row, patient: to, revision: row.revision + 1 });
  }
}

function announce(store: RecordStore, patients: readonly string[], moved: Moved): void {
  const kind = 'changed';
  store.changes.announce({ kind, of: 'patient', ids: patients });
  store.changes.announce({ kind, of: 'lesion', ids: moved.lesions });
  store.changes.announce({ kind, of: 'examination', ids: moved.examinations });
}
