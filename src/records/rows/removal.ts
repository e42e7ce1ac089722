/**
 * Deleting rows with everything that belongs to them, in one transaction, and taking it back: until then the
 * ciphertexts are held by this page alone.
 */
import type { Entity } from '../changes';
import { personalStores, type StoreName, type Writing } from '../store/database';
import { guarded, type RecordStore } from './record-store';

/** Something that can be taken back for as long as someone holds it. */
export interface Undoable {
  /** Puts everything back as it was. False when that is not possible any more. */
  undo(): Promise<boolean>;
}

/** What was deleted; it cannot be put back once the record was deleted as a whole. */
export interface Removal extends Undoable {
  readonly patients: number;
  readonly lesions: number;
  readonly visits: number;
}

/** A row as it stood; the key where it is not in the value. */
type Taken = readonly [StoreName, unknown, IDBValidKey?];

class Taking {
  readonly #writing: Writing;
  readonly taken: Taken[] = [];
  readonly ids: Record<Entity, string[]> = { patient: [], lesion: [], visit: [] };

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  async patient(id: string): Promise<void> {
    const store = this.#writing.objectStore('patients');
    const row = await store.get(id);
    if (!row) return;
    this.taken.push(['patients', row]);
    this.ids.patient.push(id);
    await store.delete(id);
    for (const lesion of await this.#writing.objectStore('lesions').index('patient').getAllKeys(id)) {
      await this.lesion(lesion);
    }
    const visits = this.#writing.objectStore('examinations').index('patient');
    for (const key of await visits.getAllKeys(id)) await this.visit(key[1]);
  }

  async lesion(id: string): Promise<void> {
    const store = this.#writing.objectStore('lesions');
    const row = await store.get(id);
    if (!row) return;
    this.taken.push(['lesions', row]);
    this.ids.lesion.push(id);
    await store.delete(id);
    const visits = this.#writing.objectStore('examinations').index('lesion');
    for (const key of await visits.getAllKeys(id)) await this.visit(key[1]);
  }

  async visit(id: string): Promise<void> {
    const store = this.#writing.objectStore('examinations');
    const row = await store.index('id').get(id);
    if (!row) return;
    this.taken.push(['examinations', row]);
    this.ids.visit.push(id);
    await store.delete([row.createdAt, id]);
    await this.#one('thumbnails', id);
    const pictures = this.#writing.objectStore('pictures');
    for (const picture of await pictures.index('examination').getAll(id)) {
      this.taken.push(['pictures', picture]);
      await pictures.delete(picture.id);
      await this.#one('images', picture.id);
    }
  }

  async #one(name: 'thumbnails' | 'images', id: string): Promise<void> {
    const store = this.#writing.objectStore(name);
    const sealed = await store.get(id);
    if (sealed) this.taken.push([name, sealed, id]);
    await store.delete(id);
  }
}

/** Deletes these rows and everything below them. */
export function remove(store: RecordStore, of: Entity, ids: readonly string[]): Promise<Removal> {
  return guarded(async () => {
    const {
      taken,
      ids: gone,
      keyId,
    } = await store.change([...personalStores, 'keys'], async (writing) => {
      const taking = new Taking(writing);
      for (const id of ids) await taking[of](id);
      const keyId = (await writing.objectStore('keys').get('data'))?.id;
      return { taken: taking.taken, ids: taking.ids, keyId };
    });
    announce(store, 'removed', gone);
    // Once only: what was changed after it was put back stays.
    let back = false;
    return {
      patients: gone.patient.length,
      lesions: gone.lesion.length,
      visits: gone.visit.length,
      undo: async () => (back ||= await putBack(store, taken, gone, keyId)),
    };
  });
}

function putBack(
  store: RecordStore,
  taken: readonly Taken[],
  ids: Record<Entity, readonly string[]>,
  keyId: string | undefined,
): Promise<boolean> {
  return guarded(async () => {
    const done = await store.change([...personalStores, 'keys'], async (writing) => {
      // A new key opens none of it.
      if ((await writing.objectStore('keys').get('data'))?.id !== keyId) return false;
      for (const [name, row, key] of taken) await writing.objectStore(name).put(row as never, key as never);
      return true;
    });
    if (done) announce(store, 'added', ids);
    return done;
  });
}

function announce(
  store: RecordStore,
  kind: 'added' | 'removed',
  ids: Record<Entity, readonly string[]>,
): void {
  for (const of of ['patient', 'lesion', 'visit'] as const) {
    store.changes.announce({ kind, of, ids: ids[of] });
  }
}
