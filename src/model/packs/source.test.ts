import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DownloadProgress, Pack } from './pack';
import { fetchManifest, fetchPack } from './source';
import { PackHost, withFlippedBit } from '../testdata/pack-host';
import { makeTinyPack } from '../testdata/tiny-pack';

let pack: Pack;
let host: PackHost;
const { signal } = new AbortController();

beforeEach(async () => {
  pack = await makeTinyPack();
  host = new PackHost(pack);
  vi.stubGlobal('fetch', host.fetch);
});

describe('fetchManifest', () => {
  it('asks the host, not a cache', async () => {
    const { manifest } = await fetchManifest(host.url, { signal });
    expect(manifest).toEqual(pack.manifest);
    expect(host.requests).toEqual([{ path: 'manifest.json', cache: 'no-cache' }]);
  });

  it.each([
    ['pack-offline', () => (host.online = false)],
    ['pack-portal', () => (host.portal = true)],
    ['pack-offline', () => host.replace('manifest.json', undefined)],
    ['pack-damaged', () => host.replace('manifest.json', new TextEncoder().encode('<!doctype html>').buffer)],
    ['pack-damaged', () => host.replace('manifest.json', new ArrayBuffer(2 * 1024 * 1024))],
    ['pack-too-new', () => host.replace('manifest.json', new TextEncoder().encode('{"format":3}').buffer)],
  ])('fails with %s', async (code, happens) => {
    happens();
    await expect(fetchManifest(host.url, { signal })).rejects.toMatchObject({ code });
  });
});

describe('fetchPack', () => {
  it('fetches every file with progress that grows to the total', async () => {
    const progress: DownloadProgress[] = [];
    const fetched = await fetchPack(host.url, pack, { signal, onProgress: (each) => progress.push(each) });
    expect(fetched).toEqual(pack);
    const total = pack.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(progress.at(0)).toEqual({ kind: 'download', loaded: 0, total });
    expect(progress.at(-1)).toEqual({ kind: 'download', loaded: total, total });
    const loaded = progress.map((each) => each.loaded);
    expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
  });

  it('gets past an old copy in a cache', async () => {
    const weights = pack.files.get('weights.bin') ?? new ArrayBuffer(0);
    host.stale.set('weights.bin', withFlippedBit(weights));
    const progress: DownloadProgress[] = [];
    const fetched = await fetchPack(host.url, pack, { signal, onProgress: (each) => progress.push(each) });
    expect(fetched.files.get('weights.bin')).toEqual(weights);
    expect(host.requests.filter(({ path }) => path === 'weights.bin').map(({ cache }) => cache)).toEqual([
      'default',
      'reload',
    ]);
    expect(progress.at(-1)?.loaded).toBe(progress.at(-1)?.total);
  });

  it.each([
    ['altered', (bytes: ArrayBuffer) => withFlippedBit(bytes)],
    ['cut short', (bytes: ArrayBuffer) => bytes.slice(1)],
    ['too long', (bytes: ArrayBuffer) => new Uint8Array([...new Uint8Array(bytes), 0]).buffer],
    ['empty', () => new ArrayBuffer(0)],
  ])('refuses a file that is %s', async (_how, alter) => {
    host.replace('weights.bin', alter(pack.files.get('weights.bin') ?? new ArrayBuffer(0)));
    await expect(fetchPack(host.url, pack, { signal })).rejects.toMatchObject({ code: 'pack-damaged' });
  });

  it('takes a host that goes silent for one that is out of reach', async () => {
    host.stalling = 'weights.bin';
    await expect(fetchPack(host.url, pack, { signal, stallLimit: 30 })).rejects.toMatchObject({
      code: 'pack-offline',
      detail: expect.stringContaining('30 ms') as string,
    });
  });

  it('can be aborted in the middle', async () => {
    host.stalling = 'weights.bin';
    const abort = new AbortController();
    const fetching = fetchPack(host.url, pack, {
      signal: abort.signal,
      onProgress: ({ loaded }) => {
        if (loaded > 0) abort.abort();
      },
    });
    await expect(fetching).rejects.toMatchObject({ code: 'aborted' });
  });
});
