/**
 * The database of the record: what stands in it, how it came to its present form, how it is opened.
 * Everything personal is ciphertext here (see vault.ts); in the clear are only ids, times, revisions and
 * which row belongs to which, because the database must find rows by them.
 */
import { isoDay, type IsoDay } from '../../domain/calendar/calendar';
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from 'idb';
import type { Argon2Parameters } from '../../worker/passphrase';
import { quietReads } from './quiet-reads';

/** Initialisation vector and ciphertext, as vault.ts makes them. */
export type Sealed = Uint8Array<ArrayBuffer>;

interface Row {
  readonly id: string;
  /** Rises with every change. */
  readonly revision: number;
  readonly content: Sealed;
}

export type PatientRow = Row;

export interface LesionRow extends Row {
  readonly patient: string | undefined;
}

export interface VisitRow extends Row {
  readonly createdAt: Date;
  /** The day that it is about; see domain/visit.ts. */
  readonly day: IsoDay;
  readonly patient: string | undefined;
  readonly lesion: string | undefined;
}

export interface PictureRow {
  readonly id: string;
  readonly examination: string;
  /** Prediction, crop and all that belongs to it; not the picture itself. */
  readonly content: Sealed;
}

/** Addresses of this device and of colleagues; see exchange/case/address-book.ts. */
export interface SharingRow {
  readonly id: string;
  readonly content: Sealed;
}

export interface DeviceKey {
  /** Tells this key from the one that follows after "delete all". */
  readonly id: string;
  /** AES-GCM 256, not extractable. */
  readonly key: CryptoKey;
}

/** The key of the record, as it lies on the disk: never in the clear. */
export interface DataKeyRow {
  readonly id: string;
  /** Sealed with the device's key: for as long as there is no passphrase. */
  readonly byDevice?: Sealed;
  readonly byPassphrase?: SealedByPassphrase;
  readonly byRecovery?: Sealed;
  /** By a recovery code that was shown and is not confirmed yet. */
  readonly nextRecovery?: SealedByRecovery;
  readonly byPasskeys?: readonly SealedByPasskey[];
  /** Passphrases that were wrong since the last right one. */
  readonly mistakes?: { readonly count: number; readonly last: Date };
}

interface SealedByPassphrase {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly parameters: Argon2Parameters;
  readonly sealed: Sealed;
}

export interface SealedByRecovery {
  readonly sealed: Sealed;
  /** The code itself, sealed with the data key, so that it can be shown again. */
  readonly shown: Sealed;
}

export interface SealedByPasskey {
  /** Id of the credential. */
  readonly credential: Uint8Array<ArrayBuffer>;
  /** What the authenticator makes its secret from. */
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly sealed: Sealed;
}

interface RecordSchema extends DBSchema {
  patients: { key: string; value: PatientRow };
  lesions: { key: string; value: LesionRow; indexes: { patient: string } };
  /** By when they were written down; in the order in which they are shown by the index `day`. */
  examinations: {
    key: [Date, string];
    value: VisitRow;
    indexes: { id: string; patient: string; lesion: string; day: [IsoDay, Date, string] };
  };
  /** By id of the visit: one for each, of its first picture. */
  thumbnails: { key: string; value: Sealed };
  pictures: { key: string; value: PictureRow; indexes: { examination: string } };
  /** By id of the picture; apart, so that nothing reads a whole picture that does not show it. */
  images: { key: string; value: Sealed };
  keys: { key: 'device' | 'data'; value: DeviceKey | DataKeyRow };
  sharing: { key: string; value: SharingRow };
}

export type StoreName = StoreNames<RecordSchema>;

/** Everything that holds something of a person. */
export const personalStores = [
  'patients',
  'lesions',
  'examinations',
  'thumbnails',
  'pictures',
  'images',
  'sharing',
] as const satisfies StoreName[];

export type RecordDatabase = IDBPDatabase<RecordSchema>;
export type Writing = IDBPTransaction<RecordSchema, StoreName[], 'readwrite'>;

type Upgrade = IDBPTransaction<RecordSchema, StoreName[], 'versionchange'>;
type Migration = (database: RecordDatabase, upgrade: Upgrade) => void | Promise<void>;

/** The first version of the schema that is opened; none before it was released. */
const firstVersion = 3;

/** The first makes the database; `migrations[n]` takes it from version 2 + n to 3 + n. Never edit one that was released. */
export const migrations: readonly Migration[] = [
  (database) => {
    database.createObjectStore('patients', { keyPath: 'id' });
    database.createObjectStore('lesions', { keyPath: 'id' }).createIndex('patient', 'patient');
    const examinations = database.createObjectStore('examinations', { keyPath: ['createdAt', 'id'] });
    examinations.createIndex('id', 'id', { unique: true });
    examinations.createIndex('patient', 'patient');
    examinations.createIndex('lesion', 'lesion');
    database.createObjectStore('thumbnails');
    database.createObjectStore('pictures', { keyPath: 'id' }).createIndex('examination', 'examination');
    database.createObjectStore('images');
    database.createObjectStore('keys');
    database.createObjectStore('sharing', { keyPath: 'id' });
  },
  // 4: a visit has a day of its own. Two stores go that an early version 3 left behind and nothing reads.
  async (database, upgrade) => {
    const stores: DOMStringList = database.objectStoreNames;
    for (const name of ['firstExaminations', 'firstPictures']) {
      if (stores.contains(name)) database.deleteObjectStore(name as StoreName);
    }
    const visits = upgrade.objectStore('examinations');
    for (let cursor = await visits.openCursor(); cursor; cursor = await cursor.continue()) {
      await cursor.update({ ...cursor.value, day: isoDay(cursor.value.createdAt) });
    }
    visits.createIndex('day', ['day', 'createdAt', 'id']);
  },
];

/** The version that a database has after all of `steps`. */
export function schemaVersion(steps = migrations): number {
  return firstVersion - 1 + steps.length;
}

export interface DatabaseEvents {
  /** Another tab keeps an older version open, so that this one waits. */
  onBlocked?(): void;
  /** Another tab needs a newer version: this connection was closed and the page is out of date. */
  onOutdated?(): void;
  /** The connection is gone because another tab needs a newer version; the next use must open another. */
  onClosed?(): void;
  /** The browser has ended the connection by itself, as when the person clears the storage. */
  onTerminated?(): void;
}

/** Opens the record and brings it to the last version of `steps`. */
export function openDatabase(
  name: string,
  events: DatabaseEvents = {},
  steps = migrations,
): Promise<RecordDatabase> {
  return openDB<RecordSchema>(name, schemaVersion(steps), {
    upgrade(database, from, _to, transaction) {
      // Opening fails by it as well, and says so.
      transaction.done.catch(() => undefined);
      migrate(database, transaction, steps, from).catch(() => {
        try {
          // A rejected promise alone would let the half-done upgrade be committed.
          transaction.abort();
        } catch {
          // The browser has done so already: a full disk, say.
        }
      });
    },
    blocked: () => events.onBlocked?.(),
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      events.onClosed?.();
      events.onOutdated?.();
    },
    terminated: () => events.onTerminated?.(),
  }).then(quietReads);
}

async function migrate(
  database: RecordDatabase,
  upgrade: Upgrade,
  steps: typeof migrations,
  from: number,
): Promise<void> {
  if (from > 0 && from < firstVersion) throw new Error(`version ${from} was never released`);
  for (const step of steps.slice(from === 0 ? 0 : from - firstVersion + 1)) await step(database, upgrade);
}

/** Runs `work` and commits; whatever goes wrong, nothing of it stays. */
export async function atomic<T>(transaction: Writing, work: () => Promise<T>): Promise<T> {
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
