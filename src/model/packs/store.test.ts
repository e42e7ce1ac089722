import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { packKey } from '../../domain/pack/key';
import type { Pack } from './pack';
import { openPackStore, packDatabase, type PackStore } from './store';
import { withFlippedBit } from '../testdata/pack-host';
import { makeCellPack } from '../testdata/cell-pack';
import { makeTinyPack } from '../testdata/tiny-pack';

let one: Pack;
let two: Pack;
let store: PackStore;
const origin = { trust: 'unsigned', installedAt: 1 } as const;

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
    expect(await store.adopt(one, origin, undefined, false)).toBe('kept');
    const expected = { state: 'intact', key: keyOf(one), pack: one };
    expect(await store.current()).toEqual(expected);
    expect(await (await opened()).current()).toEqual(expected);
  });

  it('falls back to the previous pack until the new one has worked, and keeps it to go back to', async () => {
    await store.adopt(one, origin, undefined, false);
    await store.adopt(two, origin, keyOf(one), true);
    expect(await store.current()).toMatchObject({ key: keyOf(two) });
    expect(await store.previous()).toMatchObject({ state: 'intact', key: keyOf(one) });
    // A tab that still runs the first pack says nothing of the second.
    await store.settle(keyOf(one));
    expect(await store.previous()).toMatchObject({ key: keyOf(one) });
    await store.settle(keyOf(two));
    expect(await store.previous()).toBeUndefined();
    expect(await keysIn('packs')).toEqual([keyOf(one), keyOf(two)]);
    expect(await store.get(keyOf(one))).toMatchObject({ state: 'intact', pack: one });
  });

  it('keeps one version to go back to, and other models', async () => {
    const { pack: cell, bank } = await makeCellPack();
    await store.adopt(one, origin, undefined, false);
    expect(await store.put(cell, { ...origin, trust: 'bundled' }, bank)).toBe('kept');
    expect(await store.current()).toMatchObject({ key: keyOf(one) });
    await store.adopt(two, origin, keyOf(one), true);
    await store.adopt(await makeTinyPack({ version: '1.2.0' }), origin, keyOf(two), true);
    expect(await keysIn('packs')).toEqual([keyOf(cell), 'tiny@1.1.0', 'tiny@1.2.0']);
    expect(await store.bank(keyOf(cell))).toEqual(bank);
    expect((await store.list()).map(({ key, origin: from }) => [key, from?.trust])).toEqual([
      [keyOf(cell), 'bundled'],
      ['tiny@1.1.0', 'unsigned'],
      ['tiny@1.2.0', 'unsigned'],
    ]);
  });

  it('never lets an installed version push out the one in use', async () => {
    await store.adopt(one, origin, undefined, false);
    await store.put(two, origin, undefined);
    await store.put(await makeTinyPack({ version: '1.2.0' }), origin, undefined);
    expect(await keysIn('packs')).toEqual([keyOf(one), 'tiny@1.2.0']);
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
  });

  it('switches, and removes what is not in use with all that belongs to it', async () => {
    const { pack: cell, bank } = await makeCellPack();
    await store.adopt(one, origin, undefined, false);
    await store.put(cell, origin, bank);
    await store.use(keyOf(cell));
    expect(await store.current()).toMatchObject({ key: keyOf(cell) });
    await expect(store.remove(keyOf(cell))).rejects.toMatchObject({ code: 'internal' });
    await store.use(keyOf(one));
    await store.remove(keyOf(cell));
    expect(await keysIn('packs')).toEqual([keyOf(one)]);
    expect(await keysIn('banks')).toEqual([]);
    expect(await keysIn('origins')).toEqual([keyOf(one)]);
    expect(await store.previous()).toBeUndefined();
  });

  it('falls back to the previous pack', async () => {
    await store.adopt(one, origin, undefined, false);
    await store.adopt(two, origin, keyOf(one), true);
    await store.fallBack(keyOf(two));
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
    expect(await keysIn('packs')).toEqual([keyOf(one)]);
  });

  it('survives two tabs that download at once', async () => {
    const other = await opened();
    const kept = await Promise.all([
      store.adopt(one, origin, undefined, false),
      other.adopt(one, origin, undefined, false),
    ]);
    expect(kept).toEqual(['kept', 'kept']);
    expect(await store.current()).toMatchObject({ state: 'intact', key: keyOf(one) });
  });

  it('leaves what another tab has made current in the meantime', async () => {
    await store.adopt(one, origin, undefined, false);
    await (await opened()).adopt(two, origin, keyOf(one), true);
    const late = await makeTinyPack({ version: '1.0.5' });
    expect(await store.adopt(late, origin, keyOf(one), true)).toBe('kept');
    expect(await store.current()).toMatchObject({ key: keyOf(two) });
    expect(await keysIn('packs')).toEqual([keyOf(one), keyOf(two)].sort());
  });

  it.each(['weights.bin', 'model.json', 'golden.json', 'manifest'])('notices a damaged %s', async (part) => {
    await store.adopt(one, origin, undefined, false);
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
    await store.adopt(one, origin, undefined, false);
    await alterStored(alter);
    expect(await store.current()).toMatchObject({ state: 'damaged' });
  });

  it('remembers the choice of a backend with the pack', async () => {
    await store.adopt(one, origin, undefined, false);
    await store.remember(keyOf(one), { backend: 'wasm', trials: [] });
    expect(await store.choice(keyOf(one))).toEqual({ backend: 'wasm', trials: [] });
    await store.adopt(two, origin, keyOf(one), true);
    await store.settle(keyOf(two));
    await store.remove(keyOf(one));
    expect(await store.choice(keyOf(one))).toBeUndefined();
  });

  it.each([
    ['full', new DOMException('', 'QuotaExceededError')],
    ['unavailable', new DOMException('', 'UnknownError')],
  ])('says that the storage is %s, and stays as it was', async (state, reason) => {
    await store.adopt(one, origin, undefined, false);
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw reason;
    });
    expect(await store.adopt(two, origin, keyOf(one), true)).toBe(state);
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
