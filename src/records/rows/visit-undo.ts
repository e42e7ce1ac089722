/** Visits as they stood before a change of their pictures: what undoes it, held by this page alone. */
import type { StoreName, Writing } from '../store/database';
import { guarded, type RecordStore } from './record-store';

/** A row as it stood; the key where it is not in the value. */
type Taken = readonly [store: StoreName, row: unknown, key?: IDBValidKey];

export interface TakenVisits {
  readonly rows: readonly Taken[];
  readonly keyId: string | undefined;
}

/**
 * The rows of visits as they stand, without the images, which a change leaves alone.
 * @param ids the first is the one that changes, the others go
 * @param images those that go all the same
 */
export async function takeVisits(
  writing: Writing,
  ids: readonly string[],
  images: readonly string[],
): Promise<TakenVisits> {
  const rows: Taken[] = [];
  for (const id of ids) {
    rows.push(['examinations', await writing.objectStore('examinations').index('id').get(id)]);
    rows.push(['thumbnails', await writing.objectStore('thumbnails').get(id), id]);
    for (const row of await writing.objectStore('pictures').index('examination').getAll(id)) {
      rows.push(['pictures', row]);
    }
  }
  for (const id of images) rows.push(['images', await writing.objectStore('images').get(id), id]);
  const keyId = (await writing.objectStore('keys').get('data'))?.id;
  return { rows: rows.filter(([, row]) => row !== undefined), keyId };
}

/** Puts visits back as they stood; false when the one that was changed has changed again since. */
export function putBack(
  store: RecordStore,
  id: string,
  {
    taken,
    revision,
    joined,
  }: { readonly taken: TakenVisits; readonly revision: number; readonly joined: readonly string[] },
): Promise<boolean> {
  return guarded(async () => {
    const done = await store.change(
      ['examinations', 'pictures', 'images', 'thumbnails', 'keys'],
      async (writing) => {
        const present = await writing.objectStore('examinations').index('id').get(id);
        // A new key opens none of it.
        const sameKey = (await writing.objectStore('keys').get('data'))?.id === taken.keyId;
        if (!sameKey || present?.revision !== revision) return false;
        for (const [name, row, key] of taken.rows) {
          // A later revision, or lists would take it for what they have seen already.
          const next = isRow(row, id) ? { ...row, revision: revision + 1 } : row;
          await writing.objectStore(name).put(next as never, key as never);
        }
        return true;
      },
    );
    if (!done) return false;
    store.changes.announce({ kind: 'added', of: 'visit', ids: joined });
    store.changes.announce({ kind: 'changed', of: 'visit', ids: [id] });
    return true;
  });
}

function isRow(row: unknown, id: string): row is { readonly id: string; readonly revision: number } {
  return typeof row === 'object' && row !== null && 'revision' in row && 'id' in row && row.id === id;
}
