/** Lesions on this side, ciphertext in the database. Every method rejects with a Failure. */
import { storedLesion } from './crypto/codec';
import { addOnce, merged } from './store/edits';
import { changedBy, lesionFields } from '../domain/lineage/fields';
import { announceHandover, commitHandover, handedOver } from './rows/handover';
import type { DamagedLesion, Lesion, LesionFields } from '../domain/lesion';
import { remove, type Removal } from './rows/removal';
import { openLesion, sealLesion, whole } from './crypto/sealed';
import { again, guarded, type RecordStore } from './rows/record-store';

export class LesionRepository {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /**
   * Stores a new lesion and gives its id.
   * @param patient whose lesion it is; absent for the person whose device this is
   * @param id of the new row: a caller that may send it twice makes it in advance, and it is stored once
   */
  add(fields: LesionFields, patient?: string, id: string = crypto.randomUUID()): Promise<string> {
    return guarded(async () => {
      const stored = await this.#store.write(
        ['lesions'],
        async ({ key, keyId }) => {
          const plain = { ...fields, updatedAt: this.#now() };
          const lineage = changedBy(keyId, undefined, plain, lesionFields);
          const made = storedLesion({ ...plain, lineage });
          return { made, content: await sealLesion(key, id, made) };
        },
        async (writing, { made, content }) => {
          await addOnce(writing.objectStore('lesions'), { id, revision: 1, patient, content });
          return made;
        },
      );
      const saved = [{ ...stored, id, revision: 1, patient, damaged: false }] as const;
      this.#store.changes.announce({ kind: 'added', of: 'lesion', ids: [id], saved });
      return id;
    });
  }

  get(id: string): Promise<Lesion | DamagedLesion | undefined> {
    return guarded(async () => {
      const { database, key } = await this.#store.open();
      const row = await database.get('lesions', id);
      return row && whole(openLesion(key, row), { id, damaged: true, patient: row.patient });
    });
  }

  /**
   * The days of the next checks, ISO dates, by lesion: what a start needs to know, without the rest of the record.
   * @param ids of these lesions; of all when absent
   */
  nextChecks(ids?: readonly string[]): Promise<Map<string, string>> {
    return guarded(async () => {
      // A start asks, also one without a record, which needs no key yet.
      const database = await this.#store.database();
      const stored = ids
        ? await Promise.all(ids.map((id) => database.get('lesions', id)))
        : await database.getAll('lesions');
      const rows = stored.filter((row) => row !== undefined);
      if (rows.length === 0) return new Map<string, string>();
      const { key } = await this.#store.open();
      const lesions = await Promise.all(rows.map((row) => whole(openLesion(key, row), undefined)));
      return new Map(lesions.flatMap((one) => (one?.nextCheck ? [[one.id, one.nextCheck]] : [])));
    });
  }

  /**
   * Changes what is written down of a lesion; false when the lesion is gone.
   * @param seen what the page showed when the person began
   * @param settled fields of which this version is to be the only one
   * @throws Failure `record-stale` when another tab has changed the same field since
   */
  edit(
    id: string,
    change: Partial<LesionFields>,
    seen: Partial<LesionFields>,
    settled: readonly (keyof LesionFields)[] = [],
  ): Promise<boolean> {
    return guarded(async () => {
      const done = await this.#store.write(
        ['lesions'],
        async ({ database, key, keyId }) => {
          const row = await database.get('lesions', id);
          if (!row) return undefined;
          const present = await openLesion(key, row);
          const fields = { ...merged<LesionFields>(present, seen, change), updatedAt: this.#now() };
          const lineage = changedBy(keyId, present, fields, lesionFields, settled);
          const stored = storedLesion({ ...fields, lineage });
          const lesion = { ...present, ...stored, revision: row.revision + 1 };
          return { lesion, content: await sealLesion(key, id, lesion) };
        },
        async (writing, edited) => {
          if (!edited) return undefined;
          const { lesion, content } = edited;
          const { revision, patient } = lesion;
          const store = writing.objectStore('lesions');
          if ((await store.get(id))?.revision !== revision - 1) return again;
          await store.put({ id, revision, patient, content });
          return lesion;
        },
      );
      if (!done) return false;
      this.#store.changes.announce({ kind: 'changed', of: 'lesion', ids: [id], saved: [done] });
      return true;
    });
  }

  /** Gives a lesion with its visits to another patient; false when it is gone. */
  give(id: string, patient: string | undefined): Promise<boolean> {
    return guarded(async () => {
      const moved = await this.#store.write(
        ['lesions', 'examinations'],
        async (opened) => {
          const lesion = await opened.database.get('lesions', id);
          if (!lesion) return undefined;
          const visits = await opened.database.getAllFromIndex('examinations', 'lesion', id);
          return handedOver(opened, { lesions: [lesion], visits }, patient, this.#now());
        },
        async (writing, handover) => {
          if (!handover) return undefined;
          const index = writing.objectStore('examinations').index('lesion');
          const unchanged =
            (await index.count(id)) === handover.visits.length && (await commitHandover(writing, handover));
          return unchanged ? handover : again;
        },
      );
      if (!moved) return false;
      announceHandover(this.#store.changes, moved);
      return true;
    });
  }

  /** Deletes lesions with all their visits. */
  remove(...ids: readonly string[]): Promise<Removal> {
    return remove(this.#store, 'lesion', ids);
  }

  #now(): number {
    return this.#store.now().getTime();
  }
}
