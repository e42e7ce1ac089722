/** Patients on this side, ciphertext in the database. Every method rejects with a Failure. */
import type { PatientRow } from './database';
import { merged } from './edits';
import type { DamagedPatient, Patient, PatientFields } from './patient';
import { remove, type Removal } from './removal';
import { openPatient, sealPatient, whole } from './sealed';
import { again, guarded, type RecordStore } from './store';

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
   * Makes one patient of two that are the same person: `twin` goes, and its lesions and examinations become
   * those of `id`. What is written down of `id` is changed to `fields` in the same transaction.
   * @returns false when one of the two is gone
   */
  merge(id: string, twin: string, fields: PatientFields): Promise<boolean> {
    return guarded(async () => {
      const moved = await this.#store.write(
        ['patients', 'lesions', 'examinations'],
        ({ key }) => sealPatient(key, id, { ...fields, updatedAt: this.#now() }),
        async (writing, content) => {
          const patients = writing.objectStore('patients');
          const [row, gone] = await Promise.all([patients.get(id), patients.get(twin)]);
          if (!row || !gone || id === twin) return undefined;
          await patients.put({ id, revision: row.revision + 1, content });
          await patients.delete(twin);
          const lesions = await writing.objectStore('lesions').index('patient').getAll(twin);
          const examinations = await writing.objectStore('examinations').index('patient').getAll(twin);
          for (const lesion of lesions) {
            await writing
              .objectStore('lesions')
              .put({ ...lesion, patient: id, revision: lesion.revision + 1 });
          }
          for (const one of examinations) {
            await writing
              .objectStore('examinations')
              .put({ ...one, patient: id, revision: one.revision + 1 });
          }
          return {
            lesions: lesions.map((each) => each.id),
            examinations: examinations.map((each) => each.id),
          };
        },
      );
      if (!moved) return false;
      const { changes } = this.#store;
      changes.announce({ kind: 'changed', of: 'patient', ids: [id] });
      changes.announce({ kind: 'changed', of: 'lesion', ids: moved.lesions });
      changes.announce({ kind: 'changed', of: 'examination', ids: moved.examinations });
      changes.announce({ kind: 'removed', of: 'patient', ids: [twin] });
      return true;
    });
  }

  /** Deletes patients with all their lesions and examinations. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.#store, 'patient', ids);
  }

  #now(): number {
    return this.#store.now().getTime();
  }
}
