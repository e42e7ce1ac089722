/** Two patients that are the same person, made one in one transaction; and taken apart again. */
import { storedPatient } from '../crypto/codec';
import { changedBy, patientFields } from '../../domain/lineage/fields';
import type { PatientRow, RecordDatabase } from '../store/database';
import {
  announceHandover,
  belongings,
  commitHandover,
  handedOver,
  type Belongings,
  type Handover,
} from './handover';
import { joined, type Patient } from '../../domain/patient';
import type { Undoable } from './removal';
import { openPatient, sealPatient } from '../crypto/sealed';
import { again, guarded, type RecordStore } from './record-store';

interface Merge {
  /** Both rows as they stood. */
  readonly stays: PatientRow;
  readonly goes: PatientRow;
  readonly keyId: string | undefined;
  /** What went over from one to the other. */
  readonly moved: Handover;
  /** The patient that stays, as it was written. */
  readonly saved: Patient;
}

const stores = ['patients', 'lesions', 'examinations', 'keys'] as const;

/** @returns undefined when one of the two is gone, or when they are one */
export function mergePatients(store: RecordStore, id: string, twin: string): Promise<Undoable | undefined> {
  return guarded(async () => {
    const merge = await store.write(
      stores,
      async (opened) => {
        const [stays, goes] = await Promise.all([
          opened.database.get('patients', id),
          opened.database.get('patients', twin),
        ]);
        if (!stays || !goes || id === twin) return undefined;
        const updatedAt = store.now().getTime();
        const present = await openPatient(opened.key, stays);
        const fields = { ...joined(present, await openPatient(opened.key, goes)), updatedAt };
        const lineage = changedBy(opened.keyId, present, fields, patientFields);
        const stored = storedPatient({ ...fields, lineage });
        return {
          revisions: [stays.revision, goes.revision],
          stored,
          content: await sealPatient(opened.key, id, stored),
          moved: await handedOver(opened, await belongings(opened.database, twin), id, updatedAt),
        };
      },
      async (writing, prepared): Promise<Merge | undefined | typeof again> => {
        if (!prepared) return undefined;
        const { revisions, stored, content, moved } = prepared;
        const patients = writing.objectStore('patients');
        const [stays, goes] = await Promise.all([patients.get(id), patients.get(twin)]);
        if (!stays || !goes) return undefined;
        // Another window has changed one of them meanwhile: that belongs to both.
        if (stays.revision !== revisions[0] || goes.revision !== revisions[1]) return again;
        const [lesions, visits] = await Promise.all([
          writing.objectStore('lesions').index('patient').count(twin),
          writing.objectStore('examinations').index('patient').count(twin),
        ]);
        if (lesions !== moved.lesions.length || visits !== moved.visits.length) return again;
        if (!(await commitHandover(writing, moved))) return again;
        await patients.put({ id, revision: stays.revision + 1, content });
        await patients.delete(twin);
        const keyId = (await writing.objectStore('keys').get('data'))?.id;
        const saved = { ...stored, id, revision: stays.revision + 1, damaged: false } as const;
        return { stays, goes, moved, keyId, saved };
      },
    );
    if (!merge) return undefined;
    store.changes.announce({ kind: 'changed', of: 'patient', ids: [id], saved: [merge.saved] });
    announceHandover(store.changes, merge.moved);
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
    visits: among(now.visits, moved.visits),
  };
}
