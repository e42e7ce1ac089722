import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import type { BackendPreference } from '../domain/prediction';
import type { ReadyState } from '../worker/protocol';

// The module also makes the app's own readiness, which looks at the page's settings.
vi.mock('./settings.svelte', () => ({ settings: { backend: 'auto' } }));
const { Readiness } = await import('./readiness.svelte');

interface Call {
  readonly name: string;
  readonly argument: unknown;
  readonly options: { readonly onProgress?: (progress: unknown) => void };
  readonly resolve: (result: unknown) => void;
  readonly reject: (failure: Failure) => void;
}

const ready = { backend: 'webgl' } as ReadyState;

describe('Reader', () => {
  let calls: Call[];
  let restart: () => void;
  let preference: BackendPreference;
  let readiness: InstanceType<typeof Readiness>;

  /** The call of this number, counted from 0. */
  const call = (index: number): Call => {
    const found = calls[index];
    if (!found) throw new Error(`only ${calls.length} calls`);
    return found;
  };

  beforeEach(() => {
    calls = [];
    preference = 'auto';
    const client = {
      call: (name: string, argument: unknown, options: Call['options']) =>
        new Promise((resolve, reject) => calls.push({ name, argument, options, resolve, reject })),
      onRestart: (listener: () => void) => {
        restart = listener;
        return () => undefined;
      },
    };
    readiness = new Readiness(client as never, () => preference);
  });

  it('prepares once for everybody who waits, and tells of the download', async () => {
    expect(readiness.state.kind).toBe('idle');
    const both = [readiness.prepare(), readiness.prepare()];
    expect(calls).toHaveLength(1);
    expect(readiness.state).toEqual({ kind: 'preparing', download: undefined });
    call(0).options.onProgress?.({ kind: 'download', loaded: 5, total: 9 });
    expect(readiness.state).toEqual({ kind: 'preparing', download: { loaded: 5, total: 9 } });
    call(0).resolve(ready);
    expect(await Promise.all(both)).toEqual([ready, ready]);
    expect(readiness.ready).toBe(ready);
    await readiness.prepare();
    expect(calls).toHaveLength(1);
  });

  it('tells why it failed, and tries again when asked', async () => {
    const first = readiness.prepare();
    call(0).reject(new Failure('pack-offline'));
    await expect(first).rejects.toMatchObject({ code: 'pack-offline' });
    expect(readiness.state).toMatchObject({ kind: 'failed', failure: { code: 'pack-offline' } });
    const second = readiness.prepare();
    call(1).resolve(ready);
    await second;
    expect(readiness.state.kind).toBe('ready');
  });

  it('lets only the latest choice of a backend speak', async () => {
    const first = readiness.prepare();
    preference = 'wasm';
    const second = readiness.prepare();
    expect(call(1).argument).toEqual({ backend: 'wasm' });
    call(0).resolve(ready);
    await first;
    expect(readiness.state.kind).toBe('preparing');
    const wasm = { backend: 'wasm' } as ReadyState;
    call(1).resolve(wasm);
    await second;
    expect(readiness.ready).toBe(wasm);
  });

  it('computes on WASM after a restart, and says so until it was seen', async () => {
    const prepared = readiness.prepare();
    call(0).resolve(ready);
    await prepared;
    expect(readiness.backend).toBe('webgl');
    restart();
    expect(readiness.backend).toBe('wasm');
    expect(readiness.restartUnseen).toBe(true);
    readiness.seeRestart();
    expect(readiness.restartUnseen).toBe(false);
    restart();
    expect(readiness.restartUnseen).toBe(true);
  });

  it('prepares anew after an update was applied, not after one was only found', async () => {
    const prepared = readiness.prepare();
    call(0).resolve(ready);
    await prepared;
    const look = readiness.update('look');
    call(1).resolve({ state: 'available', version: '2.0.0' });
    expect(await look).toEqual({ state: 'available', version: '2.0.0' });
    expect(calls).toHaveLength(2);
    const apply = readiness.update('apply');
    call(2).resolve({ state: 'applied', version: '2.0.0' });
    await vi.waitFor(() => expect(calls).toHaveLength(4));
    expect(call(3).name).toBe('prepare');
    call(3).resolve(ready);
    expect(await apply).toMatchObject({ state: 'applied' });
  });
});
