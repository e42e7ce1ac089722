// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import 'fake-indexeddb/auto';
import { createRequire } from 'node:module';
import { memory } from '@tensorflow/tfjs-core';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { configureTensorflow } from './backend';
import { goldenInput, readGolden } from './golden';
import { startAhead } from './head-start';
import { packKey } from '../../domain/pack/key';
import type { Pack } from '../packs/pack';
import { openPackStore, packDatabase } from '../packs/store';
import { ActiveModel } from './active-model';
import type { ModelSetup } from './model-state';
import { PackHost, withFlippedBit } from '../testdata/pack-host';
import { makeTinyPack, tinyForward } from '../testdata/tiny-pack';

const { signal } = new AbortController();
const wasmFile = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
);
let one: Pack;
let two: Pack;
let host: PackHost;

beforeAll(async () => {
  configureTensorflow(wasmFile);
  [one, two] = await Promise.all([makeTinyPack(), makeTinyPack({ version: '1.1.0' })]);
});

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory());
  host = new PackHost(one);
  vi.stubGlobal('fetch', host.fetch);
});

function session(changes: Partial<ModelSetup> = {}): ActiveModel {
  return new ActiveModel({
    packUrl: host.url,
    appVersion: '0.1.0',
    keepPack: true,
    roots: { bundledPacks: [], trustedKeys: [] },
    wasmOnly: false,
    onLost: () => undefined,
    ...changes,
  });
}

async function readWith(running: ActiveModel): Promise<void> {
  const input = goldenInput(readGolden(one), 224);
  const { logits } = await running.run(input);
  tinyForward(input).logits.forEach((logit, i) => expect(logits[i]).toBeCloseTo(logit, 3));
}

async function storedKeys(): Promise<IDBValidKey[]> {
  const database = await openDB(packDatabase);
  const keys = await database.getAllKeys('packs');
  database.close();
  return keys;
}

describe('prepare', () => {
  it('comes from the network once, and from the store without a network', async () => {
    const progress = vi.fn();
    const first = session();
    const state = await first.prepare('auto', { signal, onProgress: progress });
    expect(state).toMatchObject({
      manifest: { version: '1.0.0' },
      backend: 'wasm',
      source: 'network',
      repaired: false,
      storage: 'kept',
    });
    expect(state.trials.map(({ backend, passed }) => [backend, passed])).toEqual([
      ['wasm', true],
      ['webgl', false],
    ]);
    expect(state.trials[0]?.milliseconds).toBeGreaterThan(0);
    expect(state.trials[0]?.deviation).toBeLessThan(0.001);
    expect(progress).toHaveBeenCalled();
    await readWith(first);

    host.online = false;
    const second = session();
    const again = await second.prepare('auto', { signal });
    expect(again).toMatchObject({ source: 'store', storage: 'kept', backend: 'wasm' });
    // The race is remembered with its times.
    expect(again.trials[0]?.milliseconds).toBe(state.trials[0]?.milliseconds);
    await readWith(second);
  });

  it('fetches nothing and loads nothing twice when it is ready already', async () => {
    const running = session();
    const state = await running.prepare('wasm', { signal });
    const { numTensors } = memory();
    const requests = host.requests.length;
    expect(await running.prepare('wasm', { signal })).toEqual(state);
    expect(await running.prepare('auto', { signal })).toMatchObject({ backend: 'wasm' });
    expect(host.requests).toHaveLength(requests);
    expect(memory().numTensors).toBe(numTensors);
  });

  it('mends a damaged store from the host', async () => {
    await session().prepare('wasm', { signal });
    await damageStore();
    const state = await session().prepare('wasm', { signal });
    expect(state).toMatchObject({ source: 'network', repaired: true, storage: 'kept' });
    expect(await session().prepare('wasm', { signal })).toMatchObject({ source: 'store', repaired: false });
  });

  it('says that the store is damaged when it cannot be repaired without a network', async () => {
    await session().prepare('wasm', { signal });
    await damageStore();
    host.online = false;
    await expect(session().prepare('wasm', { signal })).rejects.toMatchObject({ code: 'pack-damaged' });
    host.online = true;
    expect(await session().prepare('wasm', { signal })).toMatchObject({ repaired: true });
  });

  it('takes over what was begun before it', async () => {
    await session().prepare('wasm', { signal });
    host.online = false;
    const headStart = startAhead(wasmFile);
    expect((await headStart.unpacked)?.pack.manifest.version).toBe('1.0.0');
    const opening = vi.spyOn(indexedDB, 'open');
    const running = session({ headStart });
    expect(await running.prepare('wasm', { signal })).toMatchObject({ source: 'store', storage: 'kept' });
    expect(opening).not.toHaveBeenCalled();
    await readWith(running);
  });

  it('looks anew where what was begun before it found nothing', async () => {
    host.online = false;
    const running = session({ headStart: startAhead(wasmFile) });
    await expect(running.prepare('wasm', { signal })).rejects.toMatchObject({ code: 'pack-offline' });
    host.online = true;
    // Another tab.
    await session().prepare('wasm', { signal });
    host.online = false;
    expect(await running.prepare('wasm', { signal })).toMatchObject({ source: 'store' });
  });

  it('mends a store that was found damaged before it', async () => {
    await session().prepare('wasm', { signal });
    await damageStore();
    const headStart = startAhead(wasmFile);
    expect(await headStart.stored).toMatchObject({ state: 'damaged' });
    expect(await headStart.unpacked).toBeUndefined();
    const state = await session({ headStart }).prepare('wasm', { signal });
    expect(state).toMatchObject({ source: 'network', repaired: true });
  });

  it('needs a network the first time, and says so', async () => {
    host.online = false;
    const running = session();
    await expect(running.prepare('auto', { signal })).rejects.toMatchObject({ code: 'pack-offline' });
    host.online = true;
    expect(await running.prepare('auto', { signal })).toMatchObject({ source: 'network' });
  });

  it('works without storage', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const running = session();
    expect(await running.prepare('auto', { signal })).toMatchObject({ storage: 'unavailable' });
    await readWith(running);
  });

  it('works with a full disk', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('', 'QuotaExceededError');
    });
    const running = session();
    expect(await running.prepare('auto', { signal })).toMatchObject({ storage: 'full' });
    await readWith(running);
    put.mockRestore();
  });

  it('leaves the store alone with a pack that is only tried', async () => {
    await session().prepare('wasm', { signal });
    host.publish(two);
    const state = await session({ keepPack: false }).prepare('wasm', { signal });
    expect(state).toMatchObject({ manifest: { version: '1.1.0' }, storage: 'unwanted', source: 'network' });
    expect(await storedKeys()).toEqual([packKey(one.manifest)]);
  });

  it('refuses a pack that needs a later app', async () => {
    host.publish(await makeTinyPack({ minimumAppVersion: '0.2.0' }));
    await expect(session().prepare('auto', { signal })).rejects.toMatchObject({ code: 'pack-too-new' });
    expect(await session({ appVersion: '0.2.0' }).prepare('auto', { signal })).toMatchObject({
      backend: 'wasm',
    });
  });

  it('refuses a pack that fails the self-test', async () => {
    host.publish(await makeTinyPack({ wrongGolden: true }));
    const { numTensors } = memory();
    await expect(session().prepare('auto', { signal })).rejects.toMatchObject({
      code: 'backend-unavailable',
      detail: expect.stringContaining('wasm: a probability is off') as string,
    });
    expect(memory().numTensors).toBe(numTensors);
  });

  it('can be aborted, and started again', async () => {
    host.stalling = 'weights.bin';
    const abort = new AbortController();
    const running = session();
    const preparing = running.prepare('auto', { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(preparing).rejects.toMatchObject({ code: 'aborted' });
    host.stalling = undefined;
    expect(await running.prepare('auto', { signal })).toMatchObject({ storage: 'kept' });
  });
});

describe('metrics', () => {
  const metrics = { generated: '2026-01-01', notes: ['Made up.'], figures: [], confusion: [], history: [] };

  it('belong to the running pack, also without a network', async () => {
    host.publish(await makeTinyPack({ metrics }));
    await session().prepare('wasm', { signal });
    host.online = false;
    const running = session();
    await running.prepare('wasm', { signal });
    expect(running.metrics()).toEqual(metrics);
  });

  it('are none where the pack brings none, and are refused where they are no figures', async () => {
    const without = session();
    await without.prepare('wasm', { signal });
    expect(without.metrics()).toBeNull();
    host.publish(await makeTinyPack({ version: '1.2.0', metrics: { generated: 3 } }));
    const broken = session({ keepPack: false });
    await broken.prepare('wasm', { signal });
    expect(() => broken.metrics()).toThrow('pack-damaged');
  });
});

describe('update', () => {
  it('holds up no picture while it waits for the network, and changes no pack under one', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    host.publish(two);
    host.stalling = 'manifest.json';
    const abort = new AbortController();
    const stalled = running.update('apply', { signal: abort.signal });
    await running.exclusive(() => readWith(running));
    abort.abort();
    await expect(stalled).rejects.toMatchObject({ code: 'aborted' });

    host.stalling = undefined;
    const versions: unknown[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const reading = running.exclusive(async () => {
      versions.push(running.current?.manifest.version);
      await held;
      versions.push(running.current?.manifest.version);
    });
    const updating = running.update('apply', { signal });
    await vi.waitFor(() => expect(host.requests.map(({ path }) => path)).toContain('weights.bin'));
    await new Promise((resolve) => setTimeout(resolve));
    release();
    await reading;
    await updating;
    expect(versions).toEqual(['1.0.0', '1.0.0']);
    expect(running.current?.manifest.version).toBe('1.1.0');
  });

  it('tells of a newer pack and switches to it when asked; the old one stays, to go back to', async () => {
    const running = session();
    await running.prepare('auto', { signal });
    expect(await running.update('look', { signal })).toBeUndefined();
    host.publish(two);
    expect(await running.update('look', { signal })).toMatchObject({
      manifest: { version: '1.1.0' },
      state: 'available',
    });
    expect(running.current?.manifest.version).toBe('1.0.0');

    const { numTensors } = memory();
    expect(await running.update('apply', { signal })).toMatchObject({
      manifest: { version: '1.1.0' },
      state: 'applied',
    });
    expect(running.current?.manifest.version).toBe('1.1.0');
    expect(memory().numTensors).toBe(numTensors);
    expect(await storedKeys()).toEqual([one, two].map(({ manifest }) => packKey(manifest)));
    expect(await running.prepare('auto', { signal })).toMatchObject({ manifest: { version: '1.1.0' } });

    await readWith(running);
    expect(await storedKeys()).toEqual([one, two].map(({ manifest }) => packKey(manifest)));
    host.publish(await makeTinyPack({ version: '1.2.0' }));
    await running.update('apply', { signal });
    expect(await storedKeys()).toEqual(['tiny@1.1.0', 'tiny@1.2.0']);
  });

  it.each([
    ['is damaged', 'pack-damaged', () => host.replace('weights.bin', withFlippedBit(new ArrayBuffer(9)))],
    ['cannot be reached', 'pack-offline', () => host.replace('weights.bin', undefined)],
    ['is aborted', 'aborted', undefined],
  ])('leaves the running pack when the new one %s', async (_what, code, happens) => {
    const running = session();
    await running.prepare('auto', { signal });
    host.publish(two);
    happens?.();
    const abort = new AbortController();
    const onProgress = (): void => {
      if (!happens) abort.abort();
    };
    await expect(running.update('apply', { signal: abort.signal, onProgress })).rejects.toMatchObject({
      code,
    });
    expect(running.current?.manifest.version).toBe('1.0.0');
    await readWith(running);
    expect(await session().prepare('auto', { signal })).toMatchObject({ manifest: { version: '1.0.0' } });
  });

  it('leaves the running pack when the new one fails the self-test', async () => {
    const running = session();
    await running.prepare('auto', { signal });
    host.publish(await makeTinyPack({ version: '1.1.0', wrongGolden: true }));
    await expect(running.update('apply', { signal })).rejects.toMatchObject({ code: 'backend-unavailable' });
    await readWith(running);
    expect(await storedKeys()).toEqual([packKey(one.manifest)]);
  });

  it('keeps a newer pack for the next start, which takes it into use without a network', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    host.publish(two);
    expect(await running.update('stage', { signal })).toMatchObject({ state: 'staged' });
    expect(running.current?.manifest.version).toBe('1.0.0');
    expect(await storedKeys()).toEqual(['tiny@1.0.0']);
    host.online = false;
    expect(await running.update('look', { signal })).toMatchObject({ state: 'staged' });
    // A worker that is replaced in mid-session goes on with the same pack.
    const replaced = session({ headStart: startAhead(wasmFile) });
    expect(await replaced.prepare('wasm', { signal })).toMatchObject({ manifest: { version: '1.0.0' } });

    const next = session({ headStart: startAhead(wasmFile, true) });
    expect(await next.prepare('wasm', { signal })).toMatchObject({
      manifest: { version: '1.1.0' },
      replaced: 'tiny@1.0.0',
    });
    await readWith(next);
    expect(await storedKeys()).toEqual(['tiny@1.0.0', 'tiny@1.1.0']);
    const later = await session({ headStart: startAhead(wasmFile, true) }).prepare('wasm', { signal });
    expect(later.manifest.version).toBe('1.1.0');
    expect(later.replaced).toBeUndefined();
  });

  it('takes a kept pack into use at once when asked, without a second download', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    host.publish(two);
    await running.update('stage', { signal });
    host.online = false;
    expect(await running.update('apply', { signal })).toMatchObject({ state: 'applied' });
    expect(running.current?.manifest.version).toBe('1.1.0');
  });

  it('keeps nothing that fails its self-test', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    host.publish(await makeTinyPack({ version: '1.1.0', wrongGolden: true }));
    await expect(running.update('stage', { signal })).rejects.toMatchObject({ code: 'backend-unavailable' });
    const next = session({ headStart: startAhead(wasmFile, true) });
    expect(await next.prepare('wasm', { signal })).toMatchObject({ manifest: { version: '1.0.0' } });
  });

  it('gives way at the start where what was kept no longer works, and is not kept again', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    const bad = await makeTinyPack({ version: '1.1.0', wrongGolden: true });
    const store = await openPackStore();
    await store?.stage(bad, { trust: 'unsigned', installedAt: 1 }, undefined);
    const next = session({ headStart: startAhead(wasmFile, true) });
    const state = await next.prepare('wasm', { signal });
    expect(state.manifest.version).toBe('1.0.0');
    expect(state.replaced).toBeUndefined();
    host.publish(two);
    expect(await next.update('stage', { signal })).toMatchObject({ state: 'available' });
  });

  it('leaves whoever went back where they are, until there is something newer still', async () => {
    const running = session();
    await running.prepare('wasm', { signal });
    host.publish(two);
    await running.update('apply', { signal });
    await running.use('tiny@1.0.0', 'wasm', signal);
    expect(await running.update('stage', { signal })).toMatchObject({ state: 'available' });
    host.publish(await makeTinyPack({ version: '1.2.0' }));
    expect(await running.update('stage', { signal })).toMatchObject({ state: 'staged' });
    // Going back again drops what waits.
    await running.use('tiny@1.1.0', 'wasm', signal);
    await running.update('stage', { signal });
    await running.use('tiny@1.0.0', 'wasm', signal);
    const next = session({ headStart: startAhead(wasmFile, true) });
    expect(await next.prepare('wasm', { signal })).toMatchObject({ manifest: { version: '1.0.0' } });
  });

  it('goes back to the pack before when the new one fails at the next start', async () => {
    const running = session();
    await running.prepare('auto', { signal });
    // Stored as an update that passed on this device then, and does not now.
    const bad = await makeTinyPack({ version: '1.1.0', wrongGolden: true });
    const store = await openPackStore();
    await store?.adopt(bad, { trust: 'unsigned', installedAt: 1 }, packKey(one.manifest), true);

    const next = session();
    expect(await next.prepare('auto', { signal })).toMatchObject({ manifest: { version: '1.0.0' } });
    await readWith(next);
    expect(await storedKeys()).toEqual([packKey(one.manifest)]);
  });
});

async function damageStore(): Promise<void> {
  const database = await openDB(packDatabase);
  const key = packKey(one.manifest);
  const stored = (await database.get('packs', key)) as { files: Record<string, ArrayBuffer> };
  stored.files['weights.bin'] = withFlippedBit(stored.files['weights.bin'] ?? new ArrayBuffer(0));
  await database.put('packs', stored, key);
  database.close();
}
