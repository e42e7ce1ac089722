/**
 * What the repositories share: the connection, the key, the changes, and the one way to write. Everything
 * that is encrypted is encrypted before the transaction opens, because none waits for Web Crypto.
 */
import { asFailure, Failure } from '../../failure';
import { RecordChanges } from '../changes';
import { atomic, openDatabase, type RecordDatabase, type StoreName, type Writing } from '../store/database';
import { dataKey, type DataKey } from '../crypto/keys';

/**
 * What stands between the page and the record: an older tab that is still open, this page being the older one, or the
 * browser having cleared the record away while it was open.
 */
export type Obstacle = 'blocked' | 'outdated' | 'cleared';

/** What a commit gives when its rows are no longer those that it was prepared from: it is prepared anew. */
export const again = Symbol('again');

export interface Opened {
  readonly database: RecordDatabase;
  /** Stays the same until everything is deleted. */
  readonly keyId: string;
  readonly key: CryptoKey;
}

export class RecordStore {
  readonly #name: string;
  readonly now: () => Date;
  readonly changes: RecordChanges;
  readonly #obstacles = new Set<(obstacle: Obstacle) => void>();
  #connection: Promise<RecordDatabase> | undefined;
  #key: Promise<DataKey> | undefined;
  /** What `#key` came to; undefined while it is being opened. */
  #opened: Promise<DataKey> | undefined;
  readonly #writes = new Set<Promise<unknown>>();

  constructor(name = 'lentigo-records', now = () => new Date()) {
    this.#name = name;
    this.now = now;
    this.changes = new RecordChanges(name);
    // After "delete all", in whichever tab, the next record gets a new key.
    this.changes.listen(({ kind }) => {
      if (kind === 'cleared') this.forgetKey();
    });
  }

  /** The database alone, for what needs no key. */
  database(): Promise<RecordDatabase> {
    this.#connection ??= openDatabase(this.#name, {
      onBlocked: () => this.#hinder('blocked'),
      onOutdated: () => this.#hinder('outdated'),
      onClosed: () => this.#forget(),
      onTerminated: () => void this.#lookForLoss(),
    }).catch((error: unknown) => {
      this.#forget();
      throw error;
    });
    return this.#connection;
  }

  /** The database with the key that opens what is in it. */
  async open(): Promise<Opened> {
    const database = await this.database();
    const { id, key } = await this.#dataKey(database);
    return { database, keyId: id, key };
  }

  /** Whether the key is at hand; not while it is still being opened, because that may fail. */
  get unlocked(): boolean {
    return this.#key !== undefined && this.#opened === this.#key;
  }

  /** Opens the record of this tab. */
  use(key: DataKey): void {
    this.#key = this.#opened = Promise.resolve(key);
  }

  forgetKey(): void {
    this.#key = undefined;
  }

  /** Resolves when nothing is being written any more. */
  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.allSettled(this.#writes);
  }

  /**
   * Prepares, then commits in one transaction; anew where the key was changed meanwhile (another tab deleted
   * everything) or where `commit` finds that what it was prepared from has changed.
   */
  write<P, T>(
    stores: readonly StoreName[],
    prepare: (opened: Opened) => Promise<P>,
    commit: (writing: Writing, prepared: P) => Promise<T | typeof again>,
  ): Promise<T> {
    const writing = this.#write(stores, prepare, commit);
    this.#writes.add(writing);
    return writing.finally(() => this.#writes.delete(writing));
  }

  async #write<P, T>(
    stores: readonly StoreName[],
    prepare: (opened: Opened) => Promise<P>,
    commit: (writing: Writing, prepared: P) => Promise<T | typeof again>,
  ): Promise<T> {
    for (;;) {
      const database = await this.database();
      const { id, key } = await this.#dataKey(database);
      const prepared = await prepare({ database, keyId: id, key });
      const transaction = database.transaction<StoreName[], 'readwrite'>([...stores, 'keys'], 'readwrite', {
        durability: 'strict',
      });
      const result = await atomic(transaction, async () => {
        const present = await transaction.objectStore('keys').get('data');
        if (present?.id === id) return commit(transaction, prepared);
        this.#key = undefined;
        return again;
      });
      if (result !== again) return result;
    }
  }

  /** A transaction that seals nothing. */
  async change<T>(stores: readonly StoreName[], commit: (writing: Writing) => Promise<T>): Promise<T> {
    const database = await this.database();
    const transaction = database.transaction<StoreName[], 'readwrite'>([...stores], 'readwrite', {
      durability: 'strict',
    });
    return atomic(transaction, () => commit(transaction));
  }

  /** Deletes everything and the keys, so that what the disk may still hold stays unreadable. */
  removeAll(): Promise<void> {
    return guarded(async () => {
      // Whatever stores there are: an earlier schema had more of them.
      const stores = [...(await this.database()).objectStoreNames];
      await this.change(stores, (writing) =>
        Promise.all(stores.map((name) => writing.objectStore(name).clear())),
      );
      this.changes.announce({ kind: 'cleared' });
    });
  }

  /** Tells when two tabs of different versions stand in each other's way. Returns what ends the listening. */
  onObstacle(listener: (obstacle: Obstacle) => void): () => void {
    this.#obstacles.add(listener);
    return () => this.#obstacles.delete(listener);
  }

  async close(): Promise<void> {
    this.changes.close();
    (await this.#connection)?.close();
    this.#forget();
    this.forgetKey();
  }

  #dataKey(database: RecordDatabase): Promise<DataKey> {
    if (this.#key) return this.#key;
    const key = dataKey(database);
    this.#key = key;
    key.then(
      () => (this.#opened = key),
      () => {
        // Another may have been opened meanwhile, by a passphrase.
        if (this.#key === key) this.#key = undefined;
      },
    );
    return key;
  }

  /** The connection is gone; the key would be found again without a lock, but not with one. */
  #forget(): void {
    this.#connection = undefined;
  }

  /** The browser ended the connection by itself: says so where it took the record with it. */
  async #lookForLoss(): Promise<void> {
    const key = this.#opened;
    this.#forget();
    if (!key || (await this.#stillThere(await key))) return;
    this.forgetKey();
    this.#hinder('cleared');
    this.changes.announce({ kind: 'cleared' });
  }

  /** Whether the record still has this key. A database that cannot be opened counts as there: nothing is known. */
  async #stillThere({ id }: DataKey): Promise<boolean> {
    // While the browser is clearing, it ends new connections too; a few tries outlast that.
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        const database = await this.database();
        return (await database.get('keys', 'data'))?.id === id;
      } catch {
        this.#forget();
      }
    }
    return true;
  }

  #hinder(obstacle: Obstacle): void {
    for (const listener of this.#obstacles) listener(obstacle);
  }
}

/** Whatever `work` rejects with as a Failure: `storage-full`, `storage-unavailable`, `record-too-new` or what it already was. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = asFailure(error);
    if (failure.code !== 'internal') throw failure;
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new Failure('record-too-new', failure.detail, { cause: error });
    }
    // No IndexedDB, no Web Crypto (a page that is not served securely), a blocked or broken store.
    const denied = error instanceof DOMException || typeof indexedDB === 'undefined' || !isSecureContext;
    throw denied ? new Failure('storage-unavailable', failure.detail, { cause: error }) : failure;
  }
}
