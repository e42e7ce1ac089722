/**
 * The database of the record: what stands in it, how it came to its present form, how it is opened.
 * Everything personal is ciphertext here (see vault.ts); only id and time of a row are in the clear.
 */
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';

/** Initialisation vector and ciphertext, as vault.ts makes them. */
export type Sealed = Uint8Array<ArrayBuffer>;

export interface ExaminationRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly summary: Sealed;
  readonly body: Sealed;
  readonly note: Sealed;
}

export interface DeviceKey {
  /** Tells this key from the one that follows after "delete all". */
  readonly id: string;
  /** AES-GCM 256, not extractable. */
  readonly key: CryptoKey;
}

export interface RecordSchema extends DBSchema {
  /** In order of time; the id breaks ties. */
  examinations: { key: [Date, string]; value: ExaminationRow; indexes: { id: string } };
  /** By id of the examination; apart, so that the list never reads a whole picture. */
  pictures: { key: string; value: Sealed };
  keys: { key: 'device'; value: DeviceKey };
}

export type RecordDatabase = IDBPDatabase<RecordSchema>;

type Upgrade = IDBPTransaction<RecordSchema, StoreNames<RecordSchema>[], 'versionchange'>;
type Migration = (database: RecordDatabase, upgrade: Upgrade) => void | Promise<void>;

/** `migrations[n]` takes a database from version n to n + 1. Never edit one that was released. */
export const migrations: readonly Migration[] = [
  (database) => {
    database
      .createObjectStore('examinations', { keyPath: ['createdAt', 'id'] })
      .createIndex('id', 'id', { unique: true });
    database.createObjectStore('pictures');
    database.createObjectStore('keys');
  },
];

export interface DatabaseEvents {
  /** Another tab keeps an older version open, so that this one waits. */
  onBlocked?(): void;
  /** Another tab needs a newer version: this connection was closed and the page is out of date. */
  onOutdated?(): void;
  /** The connection is gone, for either reason; the next use must open another. */
  onClosed?(): void;
}

/** Opens the record and brings it to the last version of `steps`. */
export function openDatabase(
  name: string,
  events: DatabaseEvents = {},
  steps = migrations,
): Promise<RecordDatabase> {
  return openDB<RecordSchema>(name, steps.length, {
    upgrade(database, from, _to, transaction) {
      migrate(database, transaction, steps.slice(from)).catch(() => {
        // A rejected promise alone would let the half-done upgrade be committed; opening fails by this.
        transaction.done.catch(() => undefined);
        transaction.abort();
      });
    },
    blocked: () => events.onBlocked?.(),
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      events.onClosed?.();
      events.onOutdated?.();
    },
    terminated: () => events.onClosed?.(),
  });
}

async function migrate(database: RecordDatabase, upgrade: Upgrade, steps: typeof migrations): Promise<void> {
  for (const step of steps) await step(database, upgrade);
}

/** Runs `work` and commits; whatever goes wrong, nothing of it stays. */
export async function atomic<T, S extends StoreNames<RecordSchema>[]>(
  transaction: IDBPTransaction<RecordSchema, readonly [...S], 'readwrite'>,
  work: () => Promise<T>,
): Promise<T> {
  // Observed from the start, or an abort during `work` would count as unhandled.
  const end = transaction.done.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  try {
    const result = await work();
    await transaction.done;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // Already aborted by the browser, whose reason (a full disk, say) says more than the request's.
    }
    const reason = await end;
    throw reason instanceof DOMException && reason.name !== 'AbortError' ? reason : error;
  }
}
