import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { packKey, type Pack } from './pack';
import { openPackStore, packDatabase, type PackStore } from './store';
import { withFlippedBit } from '../testdata/pack-host';
import { makeTinyPack } from '../testdata/tiny-pack';

let one: Pack;
let two: Pack;
let store: PackStore;

beforeEach(async () => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  [one, two] = await Promise.all([makeTinyPack(), makeTinyPack({ version: '1.1.0' })]);
  store = await opened();
});

async function opened(): Promise<PackStore> {
  const result = await openPackStore();
  if (!result) throw new Error('no store');
  return result;
}

const keyOf = (pack: Pack): string => packKey(pack.manifest);

describe('PackStore', () => {
  it('has nothing at first', async () => {
    expect(await store.current()).toBeUndefined();
    expect(await store.previous()).toBeUndefined();
  });

  it('gives back what it adopted, also to another tab', async () => {
    expect(await store.adopt(one, undefined, false)).toBe('kept');
    const expected = { state: 'intact', key: keyOf(one), pack: one };
    expect(await store.current()).toEqual(expected);
    expect(await (await opened()).current()).toEqual(expected);
  });

  it('keeps the previous pack until the new one has worked', async () => {
    await store.adopt(one, undefined, false);
    await store.adopt(two, keyOf(one), true);
    expect(await store.current()).toMatchObject({ key: keyOf(two) });
    expect(await store.previous()).toMatchObject({ state: 'intact', key: keyOf(one) });
    // A tab that still runs the first pack says nothing of the second.
    await store.settle(keyOf(one));
    expect(await store.previous()).toMatchObject({ key: keyOf(one) });
    await store.settle(keyOf(two));
    expect(await store.previous()).toBeUndefined();
    expect(await keysIn('packs')).toEqual([keyOf(two)]);
  });

  it('falls back to the previous pack', async () => {
    await store.adopt(one, undefined, false);
    await store.adopt(two, keyOf(one), true);
    await store.fallBack(keyOf(two));
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
    expect(await keysIn('packs')).toEqual([keyOf(one)]);
  });

  it('survives two tabs that download at once', async () => {
    const other = await opened();
    const kept = await Promise.all([store.adopt(one, undefined, false), other.adopt(one, undefined, false)]);
    expect(kept).toEqual(['kept', 'kept']);
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
  });

  it('leaves what another tab has made current in the meantime', async () => {
    await store.adopt(one, undefined, false);
    await (await opened()).adopt(two, keyOf(one), true);
    const late = await makeTinyPack({ version: '1.0.5' });
    expect(await store.adopt(late, keyOf(one), true)).toBe('kept');
    expect(await store.current()).toMatchObject({ key: keyOf(two) });
    expect(await keysIn('packs')).toEqual([keyOf(one), keyOf(two)].sort());
  });

  it.each(['weights.bin', 'model.json', 'golden.json', 'manifest'])('notices a damaged %s', async (part) => {
    await store.adopt(one, undefined, false);
    await alterStored((stored) => {
      if (part === 'manifest') stored.manifest = withFlippedBit(stored.manifest);
      else stored.files[part] = withFlippedBit(stored.files[part] ?? new ArrayBuffer(0));
    });
    expect(await store.current()).toMatchObject({ state: 'damaged', key: keyOf(one) });
  });

  it.each([
    ['a file', (stored: Stored) => delete stored.files['weights.bin']],
    ['all that was stored', (stored: Stored) => Object.assign(stored, { manifest: 1, files: null })],
  ])('notices that %s is gone', async (_what, alter) => {
    await store.adopt(one, undefined, false);
    await alterStored(alter);
    expect(await store.current()).toMatchObject({ state: 'damaged' });
  });

  it('remembers the choice of a backend with the pack', async () => {
    await store.adopt(one, undefined, false);
    await store.remember(keyOf(one), { backend: 'wasm', trials: [] });
    expect(await store.choice(keyOf(one))).toEqual({ backend: 'wasm', trials: [] });
    await store.adopt(two, keyOf(one), true);
    await store.settle(keyOf(two));
    expect(await store.choice(keyOf(one))).toBeUndefined();
  });

  it.each([
    ['full', new DOMException('', 'QuotaExceededError')],
    ['unavailable', new DOMException('', 'UnknownError')],
  ])('says that the storage is %s, and stays as it was', async (state, reason) => {
    await store.adopt(one, undefined, false);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw reason;
    });
    expect(await store.adopt(two, keyOf(one), true)).toBe(state);
    put.mockRestore();
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
  });
});

describe('openPackStore', () => {
  it('gives nothing where the browser gives no storage', async () => {
    vi.stubGlobal('indexedDB', undefined);
    expect(await openPackStore()).toBeUndefined();
  });
});

interface Stored {
  manifest: ArrayBuffer;
  files: Record<string, ArrayBuffer>;
}

async function alterStored(alter: (stored: Stored) => unknown): Promise<void> {
  const database = await openDB(packDatabase);
  const stored = (await database.get('packs', keyOf(one))) as Stored;
  alter(stored);
  await database.put('packs', stored, keyOf(one));
  database.close();
}

async function keysIn(name: string): Promise<IDBValidKey[]> {
  const database = await openDB(packDatabase);
  const keys = await database.getAllKeys(name);
  database.close();
  return keys;
}
