/**
 * The only door to the record: plain examinations on this side, ciphertext in the database.
 * Every method rejects with a Failure: `storage-full`, `storage-unavailable` or `internal`.
 */
import { asFailure, Failure } from '../failure';
import { RecordChanges, type ChangeListener } from './changes';
import { FormatBroken } from './codec';
import { atomic, openDatabase, type DeviceKey, type ExaminationRow, type RecordDatabase } from './database';
import type {
  DamagedExamination,
  Examination,
  ExaminationKey,
  ExaminationSummary,
  NewExamination,
} from './examination';
import { openExamination, openSummary, sealExamination, sealNote } from './sealed';
import { deviceKey, SealBroken } from './vault';

/** What keeps the record from opening: an older tab that is still open, or this page being the older one. */
export type Obstacle = 'blocked' | 'outdated';

export interface Page {
  /** Lists what is older than this; from the newest when absent. */
  readonly before?: ExaminationKey | undefined;
  readonly limit: number;
}

export class ExaminationRepository {
  readonly #name: string;
  readonly #now: () => Date;
  readonly #changes: RecordChanges;
  readonly #obstacles = new Set<(obstacle: Obstacle) => void>();
  #connection: Promise<RecordDatabase> | undefined;
  #key: Promise<DeviceKey> | undefined;

  constructor(name = 'lentigo-records', now = () => new Date()) {
    this.#name = name;
    this.#now = now;
    this.#changes = new RecordChanges(name);
    // After "delete all", in whichever tab, the next record gets a new key.
    this.#changes.listen(({ kind }) => {
      if (kind === 'cleared') this.#key = undefined;
    });
  }

  /** Stores an examination, whole or not at all, and gives its id. */
  add(examination: NewExamination): Promise<string> {
    return guarded(async () => {
      const place = { id: crypto.randomUUID(), createdAt: this.#now() };
      // Another tab may delete everything, key included, between sealing and writing.
      while (!(await this.#write(place, examination)));
      this.#changes.announce({ kind: 'added', id: place.id });
      return place.id;
    });
  }

  /** A page of summaries, newest first. Damaged records are in it as such. */
  list({ before, limit }: Page): Promise<(ExaminationSummary | DamagedExamination)[]> {
    return guarded(async () => {
      const database = await this.#open();
      const { key } = await this.#deviceKey(database);
      const range = before && IDBKeyRange.upperBound([before.createdAt, before.id], true);
      const rows: ExaminationRow[] = [];
      let cursor =
        limit > 0 ? await database.transaction('examinations').store.openCursor(range, 'prev') : null;
      while (cursor) {
        rows.push(cursor.value);
        cursor = rows.length < limit ? await cursor.continue() : null;
      }
      return Promise.all(rows.map((row) => orDamaged(row, openSummary(key, row))));
    });
  }

  /** Ids and times of all examinations, newest first: the skeleton of a list of any length. */
  outline(): Promise<ExaminationKey[]> {
    return guarded(async () => {
      const keys = await (await this.#open()).getAllKeys('examinations');
      return keys.map(([createdAt, id]) => ({ id, createdAt })).reverse();
    });
  }

  count(): Promise<number> {
    return guarded(async () => (await this.#open()).count('examinations'));
  }

  get(id: string): Promise<Examination | DamagedExamination | undefined> {
    return guarded(async () => {
      const database = await this.#open();
      const { key } = await this.#deviceKey(database);
      const transaction = database.transaction(['examinations', 'pictures']);
      const [row, picture] = await Promise.all([
        transaction.objectStore('examinations').index('id').get(id),
        transaction.objectStore('pictures').get(id),
      ]);
      return row && orDamaged(row, openExamination(key, row, picture));
    });
  }

  /** Replaces the note; false when the examination is gone. */
  setNote(id: string, text: string): Promise<boolean> {
    return guarded(async () => {
      const database = await this.#open();
      const { key } = await this.#deviceKey(database);
      const place = await database.getFromIndex('examinations', 'id', id);
      if (!place) return false;
      const note = await sealNote(key, place, text);
      const transaction = database.transaction('examinations', 'readwrite', { durability: 'strict' });
      const stored = await atomic(transaction, async () => {
        const row = await transaction.store.index('id').get(id);
        if (row) await transaction.store.put({ ...row, note });
        return row !== undefined;
      });
      if (stored) this.#changes.announce({ kind: 'noted', id });
      return stored;
    });
  }

  remove(id: string): Promise<void> {
    return guarded(async () => {
      const database = await this.#open();
      const transaction = database.transaction(['examinations', 'pictures'], 'readwrite', {
        durability: 'strict',
      });
      await atomic(transaction, async () => {
        const examinations = transaction.objectStore('examinations');
        const key = await examinations.index('id').getKey(id);
        if (key) await examinations.delete(key);
        await transaction.objectStore('pictures').delete(id);
      });
      this.#changes.announce({ kind: 'removed', id });
    });
  }

  /** Deletes every examination and the key, so that what the disk may still hold stays unreadable. */
  removeAll(): Promise<void> {
    return guarded(async () => {
      const stores = ['examinations', 'pictures', 'keys'] as const;
      const transaction = (await this.#open()).transaction(stores, 'readwrite', { durability: 'strict' });
      await atomic(transaction, () =>
        Promise.all(stores.map((name) => transaction.objectStore(name).clear())),
      );
      this.#changes.announce({ kind: 'cleared' });
    });
  }

  /** Tells of every change, in this tab or another. Returns what ends the listening. */
  onChange(listener: ChangeListener): () => void {
    return this.#changes.listen(listener);
  }

  /** Tells when two tabs of different versions stand in each other's way. */
  onObstacle(listener: (obstacle: Obstacle) => void): () => void {
    this.#obstacles.add(listener);
    return () => this.#obstacles.delete(listener);
  }

  async close(): Promise<void> {
    this.#changes.close();
    (await this.#connection)?.close();
    this.#forget();
  }

  /** False when the key that sealed is no longer the device's. */
  async #write(place: ExaminationKey, examination: NewExamination): Promise<boolean> {
    const database = await this.#open();
    const { id: keyId, key } = await this.#deviceKey(database);
    const { row, picture } = await sealExamination(key, place, examination);
    const stores = ['examinations', 'pictures', 'keys'] as const;
    const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
    const written = await atomic(transaction, async () => {
      const present = await transaction.objectStore('keys').get('device');
      if (present?.id !== keyId) return false;
      await transaction.objectStore('examinations').add(row);
      await transaction.objectStore('pictures').add(picture, place.id);
      return true;
    });
    if (!written) this.#key = undefined;
    return written;
  }

  #open(): Promise<RecordDatabase> {
    this.#connection ??= openDatabase(this.#name, {
      onBlocked: () => this.#hinder('blocked'),
      onOutdated: () => this.#hinder('outdated'),
      onClosed: () => this.#forget(),
    }).catch((error: unknown) => {
      this.#forget();
      throw error;
    });
    return this.#connection;
  }

  #deviceKey(database: RecordDatabase): Promise<DeviceKey> {
    this.#key ??= deviceKey(database).catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  #forget(): void {
    this.#connection = undefined;
    this.#key = undefined;
  }

  #hinder(obstacle: Obstacle): void {
    for (const listener of this.#obstacles) listener(obstacle);
  }
}

export const examinations = new ExaminationRepository();

/** One broken record must not keep the others from being shown. */
async function orDamaged<T>(
  { id, createdAt }: ExaminationKey,
  whole: Promise<T>,
): Promise<T | DamagedExamination> {
  try {
    return await whole;
  } catch (error) {
    if (error instanceof SealBroken || error instanceof FormatBroken) return { id, createdAt, damaged: true };
    throw error;
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'internal') throw failure;
    // No IndexedDB, no Web Crypto (a page that is not served securely), a blocked or broken store.
    const denied = error instanceof DOMException || typeof indexedDB === 'undefined' || !isSecureContext;
    throw denied ? new Failure('storage-unavailable', failure.detail, { cause: error }) : failure;
  }
}
