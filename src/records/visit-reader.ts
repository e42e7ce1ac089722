/** Visits as they are read: lists, single ones, a lesion's course. Every method rejects with a Failure. */
import type { VisitRow, PictureRow, Sealed } from './store/database';
import {
  byDay,
  type DamagedVisit,
  type Visit,
  type VisitKey,
  type VisitRecord,
  type PicturedSummary,
} from '../domain/visit/visit';
import { damaged, openPictured, openWhole, readWhole, type ListedRows } from './rows/visit-rows';
import { openBlob, openRecord, whole } from './crypto/sealed';
import { guarded, type Opened, type RecordStore } from './rows/record-store';

export interface Page {
  /** Lists what is older than this; from the newest when absent. */
  readonly before?: VisitKey | undefined;
  readonly limit: number;
}

export class VisitReader {
  protected readonly store: RecordStore;

  constructor(store: RecordStore) {
    this.store = store;
  }

  /** A page of summaries, newest first. Damaged records are in it as such. */
  list({ before, limit }: Page): Promise<(PicturedSummary | DamagedVisit)[]> {
    return guarded(async () => {
      const opened = await this.store.open();
      const range = before && IDBKeyRange.upperBound([before.day, before.createdAt, before.id], true);
      const transaction = opened.database.transaction(['examinations', 'thumbnails']);
      const rows: Promise<ListedRows>[] = [];
      const days = transaction.objectStore('examinations').index('day');
      let cursor = limit > 0 ? await days.openCursor(range, 'prev') : null;
      while (cursor) {
        const row = listed(transaction.objectStore('thumbnails'), cursor.value);
        // Where the browser ends the transaction, the step to the next row says so first.
        row.catch(() => undefined);
        rows.push(row);
        cursor = rows.length < limit ? await cursor.continue() : null;
      }
      return this.#pictured(opened, await Promise.all(rows));
    });
  }

  /** The summaries of these visits, in this order; those that are gone are left out. */
  summaries(ids: readonly string[]): Promise<(PicturedSummary | DamagedVisit)[]> {
    return guarded(async () => {
      const opened = await this.store.open();
      const transaction = opened.database.transaction(['examinations', 'thumbnails']);
      const index = transaction.objectStore('examinations').index('id');
      const thumbnails = transaction.objectStore('thumbnails');
      const rows = await Promise.all(
        ids.map(async (id) => {
          const row = await index.get(id);
          return row && listed(thumbnails, row);
        }),
      );
      return this.#pictured(
        opened,
        rows.filter((row) => row !== undefined),
      );
    });
  }

  /** Ids, days and times of all visits, newest first: the skeleton of a list of any length. */
  outline(): Promise<VisitKey[]> {
    return guarded(async () => {
      const { store } = (await this.store.database()).transaction('examinations');
      const keys: VisitKey[] = [];
      let cursor = await store.index('day').openKeyCursor(null, 'prev');
      while (cursor) {
        const [day, createdAt, id] = cursor.key;
        keys.push({ id, createdAt, day });
        cursor = await cursor.continue();
      }
      return keys;
    });
  }

  count(): Promise<number> {
    return guarded(async () => (await this.store.database()).count('examinations'));
  }

  /** A visit with its pictures. */
  get(id: string): Promise<Visit | DamagedVisit | undefined> {
    return guarded(async () => {
      const opened = await this.store.open();
      const row = await opened.database.getFromIndex('examinations', 'id', id);
      if (!row) return undefined;
      return whole(openWhole(opened.key, await readWhole(opened.database, row)), damaged(row));
    });
  }

  /** The visits of a lesion without their pictures, oldest first. */
  course(lesion: string): Promise<(VisitRecord | DamagedVisit)[]> {
    return guarded(async () => {
      const opened = await this.store.open();
      const transaction = opened.database.transaction(['examinations', 'pictures']);
      const rows = await transaction.objectStore('examinations').index('lesion').getAll(lesion);
      const index = transaction.objectStore('pictures').index('examination');
      const pictures = await Promise.all(rows.map(({ id }) => index.getAll(id)));
      const entries = await this.#recordsOf(opened, rows, pictures);
      return entries.sort(byDay);
    });
  }

  /** These visits without their pictures, in this order; those that are gone are left out. */
  records(ids: readonly string[]): Promise<(VisitRecord | DamagedVisit)[]> {
    return guarded(async () => {
      const opened = await this.store.open();
      const transaction = opened.database.transaction(['examinations', 'pictures']);
      const visits = transaction.objectStore('examinations').index('id');
      const found = await Promise.all(ids.map((id) => visits.get(id)));
      const rows = found.filter((row) => row !== undefined);
      const index = transaction.objectStore('pictures').index('examination');
      return this.#recordsOf(opened, rows, await Promise.all(rows.map(({ id }) => index.getAll(id))));
    });
  }

  /** Id of the visit that has this picture; undefined when the picture or the visit is gone. */
  holding(picture: string): Promise<string | undefined> {
    return guarded(async () => {
      const transaction = (await this.store.database()).transaction(['examinations', 'pictures']);
      const id = (await transaction.objectStore('pictures').get(picture))?.examination;
      return id && (await transaction.objectStore('examinations').index('id').getKey(id)) && id;
    });
  }

  /** One picture; undefined when it is gone or damaged. */
  image(picture: string): Promise<Blob | undefined> {
    return guarded(async () => {
      const { database, key } = await this.store.open();
      return whole(openBlob(key, 'image', picture, await database.get('images', picture)), undefined);
    });
  }

  #recordsOf(
    opened: Opened,
    rows: readonly VisitRow[],
    pictures: readonly (readonly PictureRow[])[],
  ): Promise<(VisitRecord | DamagedVisit)[]> {
    return Promise.all(
      rows.map((row, at) => whole(openRecord(opened.key, row, pictures[at] ?? []), damaged(row))),
    );
  }

  #pictured(opened: Opened, entries: readonly ListedRows[]): Promise<(PicturedSummary | DamagedVisit)[]> {
    return Promise.all(entries.map((entry) => whole(openPictured(opened.key, entry), damaged(entry.row))));
  }
}

/** What a list needs of a row. */
async function listed(
  thumbnails: { get(id: string): Promise<Sealed | undefined> },
  row: VisitRow,
): Promise<ListedRows> {
  return { row, thumbnail: await thumbnails.get(row.id) };
}
