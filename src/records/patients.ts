/** Patients on this side, ciphertext in the database. Every method rejects with a Failure. */
import type { PatientRow } from './store/database';
import { merged } from './store/edits';
import type { DamagedPatient, Patient, PatientFields } from '../domain/patient';
import { mergePatients } from './patient-merge';
import { remove, type Removal, type Undoable } from './upkeep/removal';
import { openPatient, sealPatient, whole } from './crypto/sealed';
import { again, guarded, type RecordStore } from './store/store';

export class PatientRepository {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  add(fields: PatientFields): Promise<string> {
    return guarded(async () => {
      const id = crypto.randomUUID();
      await this.#store.write(
        ['patients'],
        ({ key }) => sealPatient(key, id, { ...fields, updatedAt: this.#now() }),
        (writing, content) => writing.objectStore('patients').add({ id, revision: 1, content }),
      );
      this.#store.changes.announce({ kind: 'added', of: 'patient', ids: [id] });
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
   * @throws Failure `record-stale` when another tab has changed the same field since
   */
  edit(id: string, change: Partial<PatientFields>, seen: Partial<PatientFields>): Promise<boolean> {
    return guarded(async () => {
      const done = await this.#store.write(
        ['patients'],
        async ({ database, key }) => {
          const row = await database.get('patients', id);
          if (!row) return undefined;
          const fields = merged<PatientFields>(await openPatient(key, row), seen, change);
          const content = await sealPatient(key, id, { ...fields, updatedAt: this.#now() });
          return { id, revision: row.revision + 1, content };
        },
        async (writing, row: PatientRow | undefined) => {
          if (!row) return false;
          const store = writing.objectStore('patients');
          if ((await store.get(id))?.revision !== row.revision - 1) return again;
          await store.put(row);
          return true;
        },
      );
      if (done) this.#store.changes.announce({ kind: 'changed', of: 'patient', ids: [id] });
      return done;
    });
  }

  /**
   * Makes one patient of two that are the same person: `twin` goes, and its lesions and visits become
   * those of `id`. What is written down of `id` is changed to `fields` in the same transaction.
   * @returns what takes it back; undefined when one of the two is gone
   */
  merge(id: string, twin: string, fields: PatientFields): Promise<Undoable | undefined> {
    return mergePatients(this.#store, id, twin, { ...fields, updatedAt: this.#now() });
  }

  /** Deletes patients with all their lesions and visits. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.#store, 'patient', ids);
  }

  #now(): number {
    return this.#store.now().getTime();
  }
}
