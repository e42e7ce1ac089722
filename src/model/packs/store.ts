/**
 * The packs that are kept on this device, in IndexedDB: the current one and, until that has worked
 * once, the one before. Every change is one transaction, so that no tab and no crash leaves half a pack.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { Failure } from '../../failure';
import { checkFile, packKey, readManifest, sha256, type Pack, type PackStorage } from './pack';
import type { Backend, BackendTrial } from '../../domain/prediction';

interface StoredPack {
  readonly manifest: ArrayBuffer;
  readonly manifestSha256: string;
  readonly files: Readonly<Record<string, ArrayBuffer>>;
}

/** Keys of `packs`. */
interface Pointer {
  readonly current: string;
  readonly previous?: string;
}

/** What the races on this device ended in. */
export interface BackendChoice {
  /** Absent where only WASM was tried, as was asked for. */
  readonly backend?: Backend | undefined;
  /** On how many threads WASM is fastest; absent where only one was possible. */
  readonly threads?: number | undefined;
  readonly trials: readonly BackendTrial[];
}

interface PackSchema extends DBSchema {
  packs: { key: string; value: StoredPack };
  pointer: { key: 'pointer'; value: Pointer };
  /** By the key of the pack. */
  choices: { key: string; value: BackendChoice };
  /** By the key of the pack: its bank, where that has been fetched. */
  banks: { key: string; value: ArrayBuffer };
}

/** What the store says of a pack that it should have. */
export type StoredState =
  | { readonly state: 'intact'; readonly key: string; readonly pack: Pack }
  | { readonly state: 'damaged'; readonly key: string; readonly detail: string };

export const packDatabase = 'lentigo-packs';

/** Undefined where the browser gives no storage, as in some private windows. */
export async function openPackStore(): Promise<PackStore | undefined> {
  try {
    const database = await openDB<PackSchema>(packDatabase, 2, {
      upgrade(upgraded, from) {
        if (from < 1) {
          upgraded.createObjectStore('packs');
          upgraded.createObjectStore('pointer');
          upgraded.createObjectStore('choices');
        }
        if (from < 2) upgraded.createObjectStore('banks');
      },
      // A later version of the app in another tab wants to upgrade: it must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
    return new PackStore(database);
  } catch {
    return undefined;
  }
}

export class PackStore {
  readonly #database: IDBPDatabase<PackSchema>;

  constructor(database: IDBPDatabase<PackSchema>) {
    this.#database = database;
  }

  /** The current pack, its hashes checked; undefined when there is none. */
  current(): Promise<StoredState | undefined> {
    return this.#read('current');
  }

  /** The pack before the current one, while that has not yet proved itself. */
  previous(): Promise<StoredState | undefined> {
    return this.#read('previous');
  }

  /**
   * Makes `pack` the current one. When another tab changed the current pack since this one read
   * `seen`, theirs stays: it is as good.
   * @param seen key of the pack that was current, if there was one
   * @param keepSeen whether to keep that one until `settle`; false when it is damaged
   */
  async adopt(pack: Pack, seen: string | undefined, keepSeen: boolean): Promise<PackStorage> {
    const key = packKey(pack.manifest);
    const stored: StoredPack = {
      manifest: pack.manifestBytes,
      manifestSha256: await sha256(pack.manifestBytes),
      files: Object.fromEntries(pack.files),
    };
    try {
      const transaction = this.#database.transaction(['packs', 'pointer'], 'readwrite');
      const packs = transaction.objectStore('packs');
      const pointers = transaction.objectStore('pointer');
      const found = await pointers.get('pointer');
      if (found?.current === seen || found?.current === key) {
        const previous = keepSeen && seen !== key ? seen : undefined;
        const gone = (await packs.getAllKeys()).filter((each) => each !== key && each !== previous);
        // Written before anything is deleted: what fails leaves all as it was.
        await Promise.all([
          packs.put(stored, key),
          pointers.put(previous === undefined ? { current: key } : { current: key, previous }, 'pointer'),
          ...gone.map((each) => packs.delete(each)),
          transaction.done,
        ]);
      }
      return 'kept';
    } catch (thrown) {
      return isQuota(thrown) ? 'full' : 'unavailable';
    }
  }

  /** `key` has worked: when it is still the current pack, everything before it is removed. */
  async settle(key: string): Promise<void> {
    await this.#change((pointer) => (pointer.current === key ? { current: key } : pointer));
  }

  /** `key` does not work: when it is still the current pack, the previous one takes its place. */
  async fallBack(key: string): Promise<void> {
    await this.#change((pointer) =>
      pointer.current === key && pointer.previous !== undefined ? { current: pointer.previous } : pointer,
    );
  }

  /** As `choice`, of the current pack, without reading that. */
  async currentChoice(): Promise<BackendChoice | undefined> {
    const transaction = this.#database.transaction(['pointer', 'choices']);
    const pointer = await transaction.objectStore('pointer').get('pointer');
    return pointer && transaction.objectStore('choices').get(pointer.current);
  }

  async choice(key: string): Promise<BackendChoice | undefined> {
    return this.#database.get('choices', key).catch(() => undefined);
  }

  /** Remembers what the race ended in; not being able to costs no more than another race. */
  async remember(key: string, choice: BackendChoice): Promise<void> {
    await this.#database.put('choices', choice, key).catch(() => undefined);
  }

  /** The bytes of a pack's bank, not checked; undefined where it was not fetched. */
  async bank(key: string): Promise<ArrayBuffer | undefined> {
    return this.#database.get('banks', key).catch(() => undefined);
  }

  /** Keeps a bank for as long as its pack; not being able to costs no more than another download. */
  async keepBank(key: string, bytes: ArrayBuffer): Promise<void> {
    await this.#database.put('banks', bytes, key).catch(() => undefined);
  }

  async #read(which: keyof Pointer): Promise<StoredState | undefined> {
    const transaction = this.#database.transaction(['packs', 'pointer']);
    const key = (await transaction.objectStore('pointer').get('pointer'))?.[which];
    if (key === undefined) return undefined;
    try {
      return { state: 'intact', key, pack: await checked(await transaction.objectStore('packs').get(key)) };
    } catch (thrown) {
      return { state: 'damaged', key, detail: String(thrown) };
    }
  }

  /** Moves the pointer and removes what it no longer points to. */
  async #change(move: (pointer: Pointer) => Pointer): Promise<void> {
    const transaction = this.#database.transaction(['packs', 'pointer', 'choices', 'banks'], 'readwrite');
    const pointers = transaction.objectStore('pointer');
    const found = await pointers.get('pointer');
    if (found) {
      const pointer = move(found);
      await pointers.put(pointer, 'pointer');
      for (const name of ['packs', 'choices', 'banks'] as const) {
        const store = transaction.objectStore(name);
        for (const key of await store.getAllKeys()) {
          if (key !== pointer.current && key !== pointer.previous) await store.delete(key);
        }
      }
    }
    await transaction.done;
  }
}

/** @throws Failure when anything of the stored pack is missing or altered */
async function checked(stored: StoredPack | undefined): Promise<Pack> {
  if (!stored) throw new Failure('pack-damaged', 'the pack is missing');
  const { manifest: manifestBytes, manifestSha256 } = stored;
  if ((await sha256(manifestBytes)) !== manifestSha256) {
    throw new Failure('pack-damaged', 'manifest.json: wrong SHA-256');
  }
  const manifest = readManifest(manifestBytes);
  const files = new Map(Object.entries(stored.files));
  for (const file of manifest.files) await checkFile(file, files.get(file.path) ?? new ArrayBuffer(0));
  return { manifest, manifestBytes, files };
}

function isQuota(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'QuotaExceededError';
}
