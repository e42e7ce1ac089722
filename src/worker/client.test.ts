// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InferenceClient, limits, type RestartReason, type WorkerPort } from './client';
import type { FromWorker, ReadyState, ToWorker } from './protocol';

type Call = Extract<ToWorker, { kind: 'call' }>;

/** A worker that answers when the test says so. */
class FakeWorker implements WorkerPort {
  readonly messages: ToWorker[] = [];
  terminated = false;
  readonly #target = new EventTarget();

  readonly addEventListener = this.#target.addEventListener.bind(this.#target);

  postMessage(message: unknown): void {
    // Throws as a real worker does for what cannot be cloned.
    this.messages.push(structuredClone(message) as ToWorker);
  }

  terminate(): void {
    this.terminated = true;
  }

  get calls(): Call[] {
    return this.messages.filter((message) => message.kind === 'call');
  }

  get names(): string[] {
    return this.calls.map(({ name }) => name);
  }

  send(message: FromWorker): void {
    this.#target.dispatchEvent(new MessageEvent('message', { data: message }));
  }

  fire(type: 'error' | 'messageerror'): void {
    const event = new Event(type, { cancelable: true });
    this.#target.dispatchEvent(Object.assign(event, { message: 'it broke' }));
  }

  /** Answers the last call. */
  answer(result: unknown): void {
    this.send({ kind: 'result', id: this.calls.at(-1)?.id ?? NaN, result } as FromWorker);
  }
}

const ready = { backend: 'wasm' } as ReadyState;
const memoryUse = { tensors: 1, bytes: 4 };
const picture = new Blob(['picture']);

let workers: FakeWorker[];
let client: InferenceClient;
let restarts: RestartReason[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { baseURI: 'https://host.example/app/index.html' });
  workers = [];
  restarts = [];
  client = new InferenceClient({
    createWorker: () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
  });
  client.onRestart((reason) => restarts.push(reason));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function worker(index = workers.length - 1): FakeWorker {
  const found = workers[index];
  if (!found) throw new Error(`no worker ${index}`);
  return found;
}

async function prepared(): Promise<void> {
  const preparing = client.call('prepare', { backend: 'auto' });
  worker().answer(ready);
  await preparing;
}

describe('a call in the background', () => {
  const classify = (careful: boolean, background: boolean) =>
    client.call('classify', { picture, careful }, { background });
  const aborts = (): unknown[] => worker().messages.filter(({ kind }) => kind === 'abort');
  const fail = (id: number, code: 'aborted' | 'picture-damaged'): void =>
    worker().send({ kind: 'failure', id, code, detail: '' });
  const result = { prediction: 'p', stored: null };

  it('is stopped for any other, and begins anew after it', async () => {
    await prepared();
    const slow = classify(true, true);
    const first = worker().calls.at(-1)?.id ?? NaN;
    const quick = client.call('open', { picture });
    void client.call('memory', {});
    // Told once, and nothing else goes before it is free.
    expect(aborts()).toEqual([{ kind: 'abort', id: first }]);
    expect(worker().names).toEqual(['prepare', 'classify']);
    fail(first, 'aborted');
    expect(worker().names).toEqual(['prepare', 'classify', 'open']);
    worker().answer({});
    await quick;
    worker().answer(memoryUse);
    expect(worker().names).toEqual(['prepare', 'classify', 'open', 'memory', 'classify']);
    worker().answer(result);
    expect(await slow).toEqual(result);
  });

  it('waits until no other call does', async () => {
    await prepared();
    void client.call('open', { picture });
    const slow = classify(true, true);
    const quick = classify(false, false);
    worker().answer({});
    expect(worker().calls.at(-1)?.argument).toMatchObject({ careful: false });
    worker().answer(result);
    await quick;
    expect(worker().calls.at(-1)?.argument).toMatchObject({ careful: true });
    worker().answer(result);
    await slow;
  });

  it('keeps a result that came before it could be stopped, and a failure of its own', async () => {
    await prepared();
    const slow = classify(true, true);
    void client.call('open', { picture });
    worker().answer(result);
    expect(await slow).toEqual(result);
    worker().answer({});
    const other = classify(true, true);
    void client.call('open', { picture });
    fail(worker().calls.at(-1)?.id ?? NaN, 'picture-damaged');
    await expect(other).rejects.toMatchObject({ code: 'picture-damaged' });
  });

  it('ends for good when nobody wants it any more', async () => {
    await prepared();
    const stop = new AbortController();
    const slow = client.call(
      'classify',
      { picture, careful: true },
      { background: true, signal: stop.signal },
    );
    const { id } = worker().calls.at(-1) ?? { id: NaN };
    void client.call('open', { picture });
    stop.abort();
    await expect(slow).rejects.toMatchObject({ code: 'aborted' });
    fail(id, 'aborted');
    worker().answer({});
    expect(worker().names).toEqual(['prepare', 'classify', 'open']);
  });
});

describe('start', () => {
  it('starts no worker before it is needed, and tells it where the pack is', () => {
    expect(workers).toHaveLength(0);
    void client.call('memory', {});
    expect(worker().messages[0]).toEqual({
      kind: 'start',
      packUrl: 'https://host.example/model/',
      keepPack: true,
      wasmOnly: false,
    });
  });

  it('passes on another pack', () => {
    const fake = new FakeWorker();
    const other = new InferenceClient({ packUrl: 'other/', keepPack: false, createWorker: () => fake });
    void other.call('memory', {});
    expect(fake.messages[0]).toMatchObject({ packUrl: 'https://host.example/app/other/', keepPack: false });
  });
});

describe('calls', () => {
  it('resolves with the result and tells of progress', async () => {
    const onProgress = vi.fn();
    const call = client.call('prepare', { backend: 'auto' }, { onProgress });
    const { id } = worker().calls[0] ?? { id: NaN };
    const progress = { kind: 'download', loaded: 1, total: 2 } as const;
    worker().send({ kind: 'progress', id, progress });
    worker().answer(ready);
    expect(await call).toEqual(ready);
    expect(onProgress).toHaveBeenCalledExactlyOnceWith(progress);
  });

  it('tells the worker which calls are about the same picture', async () => {
    const other = new Blob(['picture']);
    for (const each of [picture, other, picture]) {
      const call = client.call('open', { picture: each });
      worker().answer({});
      await call;
    }
    void client.call('memory', {});
    const [first, second, again, none] = worker().calls.map(({ pictureId }) => pictureId);
    expect(again).toBe(first);
    expect(second).not.toBe(first);
    expect(first).toBeGreaterThan(0);
    expect(none).toBe(0);
  });

  it('rejects with the failure of the worker', async () => {
    const call = client.call('open', { picture });
    worker().send({ kind: 'failure', id: 1, code: 'picture-empty', detail: 'no bytes' });
    await expect(call).rejects.toMatchObject({ code: 'picture-empty', detail: 'no bytes' });
  });

  it('hands over one at a time, in order', async () => {
    const done: string[] = [];
    const first = client.call('memory', {}).then(() => done.push('first'));
    const second = client.call('classify', { picture }).then(() => done.push('second'));
    expect(worker().names).toEqual(['memory']);
    worker().answer(memoryUse);
    expect(worker().names).toEqual(['memory', 'classify']);
    worker().answer({});
    await Promise.all([first, second]);
    expect(done).toEqual(['first', 'second']);
    expect(workers).toHaveLength(1);
  });

  it('opens pictures while the pack is loaded, but classifies none before it is', async () => {
    const preparing = client.call('prepare', { backend: 'auto' });
    const classifying = client.call('classify', { picture });
    const opening = client.call('open', { picture });
    const keeping = client.call('storedCopy', { picture, frame: { x: 0, y: 0, side: 1 } });
    expect(worker().names).toEqual(['prepare', 'open']);
    worker().answer({ width: 1 });
    expect(await opening).toEqual({ width: 1 });
    expect(worker().names).toEqual(['prepare', 'open', 'storedCopy']);
    worker().send({ kind: 'result', id: 1, result: ready });
    await preparing;
    // One at a time again: the copy is still being made.
    expect(worker().names).toEqual(['prepare', 'open', 'storedCopy']);
    worker().answer({});
    await keeping;
    expect(worker().names.at(-1)).toBe('classify');
    worker().answer({ top: 'nv' });
    expect(await classifying).toEqual({ top: 'nv' });
  });

  it('reads pictures while an update waits for the network', async () => {
    await prepared();
    const updating = client.call('updatePack', { step: 'look' });
    const { id } = worker().calls.at(-1) ?? { id: NaN };
    const classifying = client.call('classify', { picture });
    const looking = client.call('attention', { pixels: new Uint8Array(3), code: 'nv' });
    const counting = client.call('memory', {});
    expect(worker().names).toEqual(['prepare', 'updatePack', 'classify']);
    worker().answer({ stored: null });
    expect(await classifying).toEqual({ stored: null });
    expect(worker().names.at(-1)).toBe('attention');
    worker().answer({});
    await looking;
    const again = client.call('prepare', { backend: 'wasm' });
    expect(worker().names.at(-1)).toBe('prepare');
    worker().answer(ready);
    await again;
    worker().send({ kind: 'result', id, result: { state: 'current' } });
    expect(await updating).toEqual({ state: 'current' });
    // What is counted would change under the count.
    expect(worker().names.at(-1)).toBe('memory');
    worker().answer(memoryUse);
    await counting;
  });

  it('prepares a fresh worker before it asks it for an update', async () => {
    await prepared();
    const updating = client.call('updatePack', { step: 'look' });
    worker().fire('error');
    expect(worker().names).toEqual(['prepare']);
    worker().answer(ready);
    expect(worker().names).toEqual(['prepare', 'updatePack']);
    worker().answer({ state: 'current' });
    expect(await updating).toEqual({ state: 'current' });
  });

  it('rejects what cannot be sent, and goes on', async () => {
    const bad = client.call('classify', { picture: (() => 1) as unknown as Blob });
    await expect(bad).rejects.toMatchObject({ code: 'internal' });
    const good = client.call('memory', {});
    worker().answer(memoryUse);
    expect(await good).toEqual(memoryUse);
  });

  it('ignores answers to nothing', async () => {
    const call = client.call('memory', {});
    worker().send({ kind: 'result', id: 77, result: ready });
    worker().answer(memoryUse);
    expect(await call).toEqual(memoryUse);
    worker().answer(memoryUse);
  });
});

describe('abort', () => {
  it('rejects at once when the signal was aborted before', async () => {
    const call = client.call('memory', {}, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    expect(workers).toHaveLength(0);
  });

  it('removes a waiting call', async () => {
    const abort = new AbortController();
    const running = client.call('memory', {});
    const waiting = client.call('classify', { picture }, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    worker().answer(memoryUse);
    await running;
    expect(worker().names).toEqual(['memory']);
  });

  it('closes the preview that comes for a call that nobody waits for any more', async () => {
    const abort = new AbortController();
    const opening = client.call('open', { picture }, { signal: abort.signal });
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
    const preview = { close: vi.fn() };
    worker().answer({ preview });
    expect(preview.close).toHaveBeenCalledOnce();
    const wanted = client.call('open', { picture });
    const open = { close: vi.fn() };
    worker().answer({ preview: open });
    await wanted;
    expect(open.close).not.toHaveBeenCalled();
  });

  it('rejects a running call at once, but waits for the worker before the next', async () => {
    const abort = new AbortController();
    const running = client.call('classify', { picture }, { signal: abort.signal });
    const next = client.call('memory', {});
    abort.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    expect(worker().messages.at(-1)).toEqual({ kind: 'abort', id: 1 });
    expect(worker().names).toEqual(['classify']);
    worker().send({ kind: 'failure', id: 1, code: 'aborted', detail: '' });
    expect(worker().names).toEqual(['classify', 'memory']);
    worker().answer(memoryUse);
    expect(await next).toEqual(memoryUse);
  });

  it('does nothing once the call is over', async () => {
    const abort = new AbortController();
    const call = client.call('memory', {}, { signal: abort.signal });
    worker().answer(memoryUse);
    await call;
    abort.abort();
    expect(worker().messages.map(({ kind }) => kind)).toEqual(['start', 'call']);
  });
});

describe('watchdog', () => {
  it('replaces a silent worker, prepares the new one as the old and repeats the call', async () => {
    await prepared();
    const call = client.call('classify', { picture });
    vi.advanceTimersByTime(limits.classify * 1000 - 1);
    expect(workers).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(worker(0).terminated).toBe(true);
    expect(restarts).toEqual(['silent']);
    expect(workers).toHaveLength(2);
    expect(worker().messages[0]).toMatchObject({ kind: 'start', wasmOnly: true });
    expect(worker().calls).toMatchObject([{ name: 'prepare', argument: { backend: 'auto' } }]);
    worker().answer(ready);
    expect(worker().names).toEqual(['prepare', 'classify']);
    worker().answer({ top: 'nv' });
    expect(await call).toEqual({ top: 'nv' });
  });

  it('gives up when the repeated call is lost as well, and starts afresh for the next', async () => {
    const call = client.call('open', { picture });
    vi.advanceTimersByTime(limits.open * 1000);
    vi.advanceTimersByTime(limits.open * 1000);
    await expect(call).rejects.toMatchObject({ code: 'worker-lost' });
    expect(restarts).toEqual(['silent']);
    const next = client.call('memory', {});
    expect(workers).toHaveLength(3);
    worker().answer(memoryUse);
    expect(await next).toEqual(memoryUse);
  });

  it('takes progress for a sign of life', async () => {
    const call = client.call('prepare', { backend: 'auto' });
    for (let loaded = 0; loaded < 5; loaded++) {
      vi.advanceTimersByTime(limits.prepare * 1000 - 1000);
      worker().send({ kind: 'progress', id: 1, progress: { kind: 'download', loaded, total: 5 } });
    }
    worker().answer(ready);
    expect(await call).toEqual(ready);
    expect(restarts).toEqual([]);
  });

  it('does not watch an idle worker', async () => {
    await prepared();
    vi.advanceTimersByTime(1e7);
    expect(restarts).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('watches over an aborted call too, and repeats only what is still wanted', async () => {
    const abort = new AbortController();
    const aborted = client.call('open', { picture }, { signal: abort.signal });
    const next = client.call('memory', {});
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
    vi.advanceTimersByTime(limits.open * 1000);
    expect(worker().names).toEqual(['memory']);
    worker().answer(memoryUse);
    expect(await next).toEqual(memoryUse);
  });
});

describe('loss', () => {
  it.each(['error', 'messageerror'] as const)('survives the event %s of the worker', async (type) => {
    const call = client.call('memory', {});
    worker().fire(type);
    expect(restarts).toEqual(['error']);
    worker().answer(memoryUse);
    expect(await call).toEqual(memoryUse);
    expect(worker(0).terminated).toBe(true);
  });

  it('does not wait for the watchdog when the graphics context is lost', async () => {
    await prepared();
    const call = client.call('classify', { picture });
    worker().send({ kind: 'lost', detail: 'context' });
    expect(restarts).toEqual(['context-lost']);
    worker().answer(ready);
    worker().answer({ top: 'nv' });
    expect(await call).toEqual({ top: 'nv' });
  });

  it('repeats all that a lost worker had', async () => {
    const preparing = client.call('prepare', { backend: 'auto' });
    const opening = client.call('open', { picture });
    worker().fire('error');
    expect(restarts).toEqual(['error']);
    expect(worker().names).toEqual(['prepare', 'open']);
    worker().answer({ width: 1 });
    expect(await opening).toEqual({ width: 1 });
    worker().fire('error');
    await expect(preparing).rejects.toMatchObject({ code: 'worker-lost' });
    expect(restarts).toEqual(['error']);
  });

  it('starts no worker for an idle loss before it is needed', async () => {
    await prepared();
    worker().send({ kind: 'lost', detail: 'context' });
    expect(workers).toHaveLength(1);
    void client.call('classify', { picture });
    expect(worker().names).toEqual(['prepare']);
  });

  it('hears nothing more from a worker that it gave up', async () => {
    const call = client.call('memory', {});
    worker().fire('error');
    worker(0).answer({ tensors: 9, bytes: 9 });
    worker(0).fire('error');
    worker().answer(memoryUse);
    expect(await call).toEqual(memoryUse);
    expect(restarts).toEqual(['error']);
  });

  it('fails a call whose worker cannot be prepared again', async () => {
    await prepared();
    const call = client.call('classify', { picture });
    const other = client.call('memory', {});
    worker().fire('error');
    const { id } = worker().calls[0] ?? { id: NaN };
    worker().send({ kind: 'failure', id, code: 'pack-offline', detail: '' });
    await expect(call).rejects.toMatchObject({ code: 'pack-offline' });
    worker().answer(memoryUse);
    expect(await other).toEqual(memoryUse);
  });

  it('tells a listener nothing after it has left', () => {
    const listener = vi.fn();
    client.onRestart(listener)();
    void client.call('memory', {});
    worker().fire('error');
    expect(listener).not.toHaveBeenCalled();
  });
});
