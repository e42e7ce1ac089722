/**
 * An IndexedDB database as JSON, so that one made by an earlier version can be put back and migrated in a test.
 * Needs neither Node nor the app's own migrations: it runs on fake-indexeddb and in a browser.
 *
 * Values are plain JSON; what JSON has no word for is an object with one key:
 * `{"$bytes": base64}` a Uint8Array, `{"$date": ISO time}` a Date, `{"$undefined": true}` undefined as the value
 * of a property, `{"$aesKey": base64}` an AES-GCM key, which comes back as one that no script can read out.
 */
import { openDB } from 'idb';
import { fromBase64, toBase64 } from '../base64';

interface StoreDump {
  readonly name: string;
  readonly keyPath: string | string[] | null;
  readonly autoIncrement: boolean;
  readonly indexes: readonly {
    readonly name: string;
    readonly keyPath: string | string[];
    readonly unique: boolean;
    readonly multiEntry: boolean;
  }[];
  /** In the order of the keys: the encoded value, and the encoded key where it is not part of the value. */
  readonly rows: readonly { readonly key?: unknown; readonly value: unknown }[];
}

export interface DatabaseDump {
  readonly name: string;
  readonly version: number;
  readonly stores: readonly StoreDump[];
}

/**
 * All stores of a database, read in one transaction.
 * @throws TypeError for a value that this form has no word for
 */
export async function dumpDatabase(name: string): Promise<DatabaseDump> {
  const database = await openDB(name);
  const { version } = database;
  const names = [...database.objectStoreNames];
  const transaction = database.transaction(names);
  const read = await Promise.all(
    names.map(async (store) => {
      const rows = transaction.objectStore(store);
      const [keys, values] = await Promise.all([rows.getAllKeys(), rows.getAll()]);
      const indexes = [...rows.indexNames].map((index) => {
        const { keyPath, unique, multiEntry } = rows.index(index);
        return { name: index, keyPath, unique, multiEntry };
      });
      const { keyPath, autoIncrement } = rows;
      return { name: store, keyPath, autoIncrement, indexes, keys, values: values as unknown[] };
    }),
  );
  database.close();
  const stores = await Promise.all(
    read.map(async ({ keys, values, ...store }): Promise<StoreDump> => {
      const rows = await Promise.all(
        values.map(async (value, at) => ({
          ...(store.keyPath === null && { key: await encoded(keys[at]) }),
          value: await encoded(value),
        })),
      );
      return { ...store, rows };
    }),
  );
  return { name, version, stores };
}

/**
 * Makes the database anew, with its version, stores, indexes and rows.
 * @param name in the place of its own
 * @throws Error when there is a database of that name
 */
export async function restoreDatabase(dump: DatabaseDump, name = dump.name): Promise<void> {
  const stores = await Promise.all(
    dump.stores.map(async (store) => {
      const rows = store.rows.map(
        async ({ key, value }) => [await decoded(value), await decoded(key)] as const,
      );
      return { ...store, rows: await Promise.all(rows) };
    }),
  );
  const there = await indexedDB.databases();
  if (there.some((each) => each.name === name)) throw new Error(`there is a database ${name} already`);
  const database = await openDB(name, dump.version, {
    upgrade(created) {
      for (const { name: storeName, keyPath, autoIncrement, indexes } of stores) {
        const store = created.createObjectStore(storeName, { keyPath, autoIncrement });
        for (const index of indexes) {
          const { unique, multiEntry } = index;
          store.createIndex(index.name, index.keyPath, { unique, multiEntry });
        }
      }
    },
  });
  try {
    const transaction = database.transaction(
      stores.map((store) => store.name),
      'readwrite',
    );
    for (const { name: storeName, keyPath, rows } of stores) {
      const store = transaction.objectStore(storeName);
      for (const [value, key] of rows) {
        void (keyPath === null ? store.add(value, key as IDBValidKey) : store.add(value));
      }
    }
    await transaction.done;
  } finally {
    database.close();
  }
}

async function encoded(value: unknown): Promise<unknown> {
  if (value === undefined) return { $undefined: true };
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value instanceof Date) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: toBase64(value) };
  if (value instanceof CryptoKey && value.algorithm.name === 'AES-GCM') {
    return { $aesKey: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', value))) };
  }
  if (Array.isArray(value)) return Promise.all(value.map(encoded));
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value).map(async ([name, each]) => {
      if (name.startsWith('$')) throw new TypeError(`a property ${name}`);
      return [name, await encoded(each)] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }
  throw new TypeError(`no form for ${Object.prototype.toString.call(value)}`);
}

async function decoded(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(decoded));
  if (typeof value !== 'object' || value === null) return value;
  if ('$undefined' in value) return undefined;
  if ('$date' in value) return new Date(value.$date as string);
  if ('$bytes' in value) return fromBase64(value.$bytes as string);
  if ('$aesKey' in value) {
    const raw = fromBase64(value.$aesKey as string);
    return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
  }
  const entries = Object.entries(value).map(async ([name, each]) => [name, await decoded(each)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
