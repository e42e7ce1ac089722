/**
 * The packs that are kept on this device, in IndexedDB: one is in use, and of each there is the version before, to go back
 * to. Every change is one transaction, so that no tab and no crash leaves half a pack.
 * Longer than 300 lines: each of these changes is about the same few object stores.
 */
import { openDB, type IDBPDatabase } from 'idb';
import { Failure } from '../../failure';
import { compareVersions, type Manifest } from '../../domain/pack/manifest';
import { idOf, packKey, versionOf } from '../../domain/pack/key';
import { checkFile, readManifest, sha256, type Pack, type PackStorage } from './pack';
import type {
  BackendChoice,
  KeptPack,
  PackOrigin,
  PackSchema,
  Pointer,
  StagedPack,
  StoredPack,
  StoredState,
} from './store-schema';

export const packDatabase = 'lentigo-packs';

/** Undefined where the browser gives no storage, as in some private windows. */
export async function openPackStore(): Promise<PackStore | undefined> {
  try {
    const database = await openDB<PackSchema>(packDatabase, 4, {
      upgrade(upgraded, from) {
        if (from < 1) {
          upgraded.createObjectStore('packs');
          upgraded.createObjectStore('pointer');
          upgraded.createObjectStore('choices');
        }
        if (from < 2) upgraded.createObjectStore('banks');
        if (from < 3) upgraded.createObjectStore('origins');
        if (from < 4) {
          upgraded.createObjectStore('staged');
          upgraded.createObjectStore('refused');
        }
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
   * @param keepSeen whether to fall back to that one until `settle`; false when it is damaged
   */
  async adopt(
    pack: Pack,
    origin: PackOrigin,
    seen: string | undefined,
    keepSeen: boolean,
  ): Promise<PackStorage> {
    const key = packKey(pack.manifest);
    return this.#store(pack, origin, undefined, (found) => {
      if (found?.current !== seen && found?.current !== key) return undefined;
      return keepSeen && seen !== undefined && seen !== key
        ? { current: key, previous: seen }
        : { current: key };
    });
  }

  /** Keeps a pack beside the one in use. @param bank its bank, where it brought it */
  async put(pack: Pack, origin: PackOrigin, bank: ArrayBuffer | undefined): Promise<PackStorage> {
    return this.#store(pack, origin, bank, (found) => found);
  }

  /** Every pack that can be read. */
  async list(): Promise<KeptPack[]> {
    const transaction = this.#database.transaction(['packs', 'origins']);
    const packs = transaction.objectStore('packs');
    const keys = await packs.getAllKeys();
    const found: KeptPack[] = [];
    for (const key of keys) {
      const origin = await transaction.objectStore('origins').get(key);
      try {
        const stored = await packs.get(key);
        if (stored) found.push({ key, manifest: readManifest(stored.manifest), origin });
      } catch {
        // A damaged pack is fetched again when it is needed.
      }
    }
    return found;
  }

  async origin(key: string): Promise<PackOrigin | undefined> {
    return this.#database.get('origins', key).catch(() => undefined);
  }

  /** A pack by its key, its hashes checked; undefined when there is none. */
  async get(key: string): Promise<StoredState | undefined> {
    const stored = await this.#database.get('packs', key);
    return stored && state(key, stored);
  }

  /**
   * Makes a kept pack the current one; the one before is fallen back to until it has worked. Whoever goes back to an older
   * version stays there until they ask for a newer one, or one comes that is newer than all that were here.
   */
  async use(key: string): Promise<void> {
    const before = await this.#change((pointer) =>
      pointer.current === key ? pointer : { current: key, previous: pointer.current },
    );
    if (before === undefined || before === key || idOf(before) !== idOf(key)) return;
    if (compareVersions(versionOf(key), versionOf(before)) > 0)
      await this.#database.delete('refused', idOf(key));
    else await this.#refuse(before);
  }

  /**
   * Keeps a newer version of a pack beside all others, for `takeStaged`. It has passed its self-test.
   * @param bank its bank, where that could be had
   */
  async stage(pack: Pack, origin: PackOrigin, bank: ArrayBuffer | undefined): Promise<PackStorage> {
    const staged: StagedPack = {
      key: packKey(pack.manifest),
      stored: await storedOf(pack),
      origin,
      bank,
    };
    try {
      await this.#database.put('staged', staged, pack.manifest.id);
      return 'kept';
    } catch (thrown) {
      return isQuota(thrown) ? 'full' : 'unavailable';
    }
  }

  /** The version of a pack that is staged, its hashes checked; undefined when there is none. */
  async staged(id: string): Promise<(StoredState & Pick<StagedPack, 'origin'>) | undefined> {
    const found = await this.#database.get('staged', id);
    return found && { ...(await state(found.key, found.stored)), origin: found.origin };
  }

  /** Whether somebody went back from this version, or from a newer one. */
  async isRefused({ id, version }: Pick<Manifest, 'id' | 'version'>): Promise<boolean> {
    const refused = await this.#database.get('refused', id);
    return refused !== undefined && compareVersions(version, refused) <= 0;
  }

  /**
   * Makes the staged version of the model in use the current one; the one before is fallen back to until it has worked.
   * One that is damaged, or no longer newer, is dropped.
   * @returns the key of the pack before; undefined where nothing was taken
   */
  async takeStaged(): Promise<string | undefined> {
    const before = (await this.#database.get('pointer', 'pointer'))?.current;
    const found = before === undefined ? undefined : await this.#database.get('staged', idOf(before));
    if (before === undefined || !found) return undefined;
    const { key, stored, origin, bank } = found;
    const wanted = compareVersions(versionOf(key), versionOf(before)) > 0;
    const opened = wanted ? await state(key, stored) : undefined;
    const taken =
      opened?.state === 'intact' &&
      (await this.#store(opened.pack, origin, bank, (pointer) =>
        pointer?.current === before ? { current: key, previous: before } : undefined,
      )) === 'kept';
    // What could not be written may be written at the next start.
    if (taken || opened?.state !== 'intact') await this.#database.delete('staged', idOf(before));
    return taken ? before : undefined;
  }

  /** Removes a pack that is not in use, with what belongs to it. */
  async remove(key: string): Promise<void> {
    await this.#change(({ current, previous }) => {
      if (current === key) throw new Failure('internal', `${key} is in use`);
      return previous === undefined || previous === key ? { current } : { current, previous };
    }, key);
  }

  /** `key` has worked: when it is still the current pack, nothing is fallen back to any more. */
  async settle(key: string): Promise<void> {
    await this.#change((pointer) => (pointer.current === key ? { current: key } : pointer));
  }

  /** `key` does not work: if it is still the current pack, it is removed and the previous one becomes current. */
  async fallBack(key: string): Promise<void> {
    await this.#change(
      (pointer) =>
        pointer.current === key && pointer.previous !== undefined ? { current: pointer.previous } : pointer,
      key,
    );
    await this.#refuse(key);
  }

  /** After going back from a version, neither it nor a staged pack is installed again without being asked for. */
  async #refuse(key: string): Promise<void> {
    const transaction = this.#database.transaction(['staged', 'refused'], 'readwrite');
    const staged = transaction.objectStore('staged');
    const waiting = await staged.get(idOf(key));
    const newest = newestOf([key, ...(waiting ? [waiting.key] : [])]) ?? key;
    await staged.delete(idOf(key));
    await transaction.objectStore('refused').put(versionOf(newest), idOf(key));
    await transaction.done;
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
    return state(key, await transaction.objectStore('packs').get(key));
  }

  /**
   * Writes a pack and moves the pointer; a `move` to undefined leaves everything as it is. Of the same model the version
   * that is or was in use stays, else the newest; older ones go.
   */
  async #store(
    pack: Pack,
    origin: PackOrigin,
    bank: ArrayBuffer | undefined,
    move: (found: Pointer | undefined) => Pointer | undefined,
  ): Promise<PackStorage> {
    const { manifest } = pack;
    const key = packKey(manifest);
    const stored = await storedOf(pack);
    try {
      const transaction = this.#database.transaction([...packStores, 'pointer'], 'readwrite');
      const packs = transaction.objectStore('packs');
      const pointers = transaction.objectStore('pointer');
      const found = await pointers.get('pointer');
      const pointer = move(found);
      if (pointer) {
        const versions = (await packs.getAllKeys()).filter(
          (each) => each !== key && each.startsWith(`${manifest.id}@`),
        );
        const before = [found?.current, found?.previous, newestOf(versions)].find(
          (each) => each !== undefined && versions.includes(each),
        );
        const gone = versions.filter((each) => each !== before && each !== found?.current);
        // Written before anything is deleted: what fails leaves all as it was.
        await Promise.all([
          packs.put(stored, key),
          transaction.objectStore('origins').put(origin, key),
          ...(bank ? [transaction.objectStore('banks').put(bank, key)] : []),
          pointers.put(pointer, 'pointer'),
          ...gone.flatMap((each) => packStores.map((name) => transaction.objectStore(name).delete(each))),
          transaction.done,
        ]);
      }
      return 'kept';
    } catch (thrown) {
      return isQuota(thrown) ? 'full' : 'unavailable';
    }
  }

  /** Moves the pointer, and removes a pack that it then does not point to. @returns the key that was current before */
  async #change(move: (pointer: Pointer) => Pointer, remove?: string): Promise<string | undefined> {
    const transaction = this.#database.transaction([...packStores, 'pointer'], 'readwrite');
    const pointers = transaction.objectStore('pointer');
    const found = await pointers.get('pointer');
    if (found) {
      const pointer = move(found);
      await pointers.put(pointer, 'pointer');
      if (remove !== undefined && remove !== pointer.current && remove !== pointer.previous) {
        for (const name of packStores) await transaction.objectStore(name).delete(remove);
      }
    }
    await transaction.done;
    return found?.current;
  }
}

/** What there is by the key of a pack. */
const packStores = ['packs', 'choices', 'banks', 'origins'] as const;

function newestOf(keys: readonly string[]): string | undefined {
  return [...keys].sort((a, b) => compareVersions(versionOf(b), versionOf(a)))[0];
}

async function storedOf({ manifestBytes, files }: Pack): Promise<StoredPack> {
  return {
    manifest: manifestBytes,
    manifestSha256: await sha256(manifestBytes),
    files: Object.fromEntries(files),
  };
}

async function state(key: string, stored: StoredPack | undefined): Promise<StoredState> {
  try {
    return { state: 'intact', key, pack: await checked(stored) };
  } catch (thrown) {
    return { state: 'damaged', key, detail: String(thrown) };
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
