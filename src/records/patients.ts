/** Patients on this side, ciphertext in the database. Every method rejects with a Failure. */
import { storedPatient } from './crypto/codec';
import { addOnce, merged } from './store/edits';
import { changedBy, patientFields } from '../domain/lineage/fields';
import type { DamagedPatient, Patient, PatientFields } from '../domain/patient';
import { mergePatients } from './rows/patient-merge';
import { remove, type Removal, type Undoable } from './rows/removal';
import { openPatient, sealPatient, whole } from './crypto/sealed';
import { again, guarded, type RecordStore } from './rows/record-store';

export class PatientRepository {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /**
   * Stores a new patient and gives its id.
   * @param id of the new row: whoever may send the same one twice makes it beforehand, and it is stored once
   */
  add(fields: PatientFields, id: string = crypto.randomUUID()): Promise<string> {
    return guarded(async () => {
      const stored = await this.#store.write(
        ['patients'],
        async ({ key, keyId }) => {
          const plain = { ...fields, updatedAt: this.#now() };
          const lineage = changedBy(keyId, undefined, plain, patientFields);
          const made = storedPatient({ ...plain, lineage });
          return { made, content: await sealPatient(key, id, made) };
        },
        async (writing, { made, content }) => {
          await addOnce(writing.objectStore('patients'), { id, revision: 1, content });
          return made;
        },
      );
      const saved = [{ ...stored, id, revision: 1, damaged: false }] as const;
      this.#store.changes.announce({ kind: 'added', of: 'patient', ids: [id], saved });
      return id;
    });
  }

  get(id: string): Promise<Patient | DamagedPatient | undefined> {
    return guarded(async () => {
      const { database, key } = await this.#store.open();
      const row = await database.get('patients', id);
      return row && whole(openPatient(key, row), { id, damaged: true });
    });
  }

  /**
   * Changes what is written down of a patient; false when the patient is gone.
   * @param seen what the page showed when the person began
   * @param settled fields of which this version is to be the only one
   * @throws Failure `record-stale` when another tab has changed the same field since
   */
  edit(
    id: string,
    change: Partial<PatientFields>,
    seen: Partial<PatientFields>,
    settled: readonly (keyof PatientFields)[] = [],
  ): Promise<boolean> {
    return guarded(async () => {
      const done = await this.#store.write(
        ['patients'],
        async ({ database, key, keyId }) => {
          const row = await database.get('patients', id);
          if (!row) return undefined;
          const present = await openPatient(key, row);
          const fields = { ...merged<PatientFields>(present, seen, change), updatedAt: this.#now() };
          const lineage = changedBy(keyId, present, fields, patientFields, settled);
          const stored = storedPatient({ ...fields, lineage });
          const patient = { ...present, ...stored, revision: row.revision + 1 };
          return { patient, content: await sealPatient(key, id, patient) };
        },
        async (writing, edited) => {
          if (!edited) return undefined;
          const { patient, content } = edited;
          const { revision } = patient;
          const store = writing.objectStore('patients');
          if ((await store.get(id))?.revision !== revision - 1) return again;
          await store.put({ id, revision, content });
          return patient;
        },
      );
      if (!done) return false;
      this.#store.changes.announce({ kind: 'changed', of: 'patient', ids: [id], saved: [done] });
      return true;
    });
  }

  /**
   * Makes one patient of two that are the same person: `twin` goes, and its lesions and visits become
   * those of `id`. What is written down of both, as it is stored by then, is joined in the same transaction.
   * @returns what takes it back; undefined when one of the two is gone
   * @throws Failure `record-stale` when one of the two has been changed since
   */
  merge(id: string, twin: string): Promise<Undoable | undefined> {
    return mergePatients(this.#store, id, twin);
  }

  /** Deletes patients with all their lesions and visits. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.#store, 'patient', ids);
  }

  #now(): number {
    return this.#store.now().getTime();
  }
}
