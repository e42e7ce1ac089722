import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lossPatience, Work, writePatience, type WorkTerms } from './work.svelte';

let work: Work;

beforeEach(() => {
  vi.useFakeTimers();
  work = new Work();
});

afterEach(() => vi.useRealTimers());

/** Holds a lease that ends when it is stopped. */
function stoppable(terms: Omit<WorkTerms, 'stop'>) {
  const stop = vi.fn(() => lease.end());
  const lease = work.hold({ ...terms, stop });
  return { lease, stop };
}

/** What a promise has come to after so much time; `undefined` while it is open. */
async function after<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let result: T | undefined;
  void promise.then((value) => (result = value));
  await vi.advanceTimersByTimeAsync(milliseconds);
  return result;
}

describe('work in hand', () => {
  it('lasts as long as the work does, also where that fails', async () => {
    const failing = work.during({ what: 'save', lossIfStopped: true }, () =>
      Promise.reject(new Error('full')),
    );
    expect(work.inHand).toMatchObject([{ what: 'save' }]);
    await expect(failing).rejects.toThrow('full');
    expect(work.inHand).toEqual([]);
  });

  it('waits for what ends by itself, and for what follows on it', async () => {
    const save = work.hold({ what: 'save', lossIfStopped: true });
    const settled = work.settled();
    expect(await after(5000, settled)).toBeUndefined();
    save.end();
    const next = work.hold({ what: 'save', lossIfStopped: true });
    expect(await after(5000, settled)).toBeUndefined();
    next.end();
    expect(await after(10, settled)).toBe(true);
  });

  it('does not wait for ever for a write that hangs', async () => {
    work.hold({ what: 'save', lossIfStopped: true });
    expect(await after(writePatience + 10, work.settled())).toBe(false);
  });

  it('stops what can be stopped, once, and waits until it has ended', async () => {
    const stop = vi.fn();
    const restore = work.hold({ what: 'restore', stop, lossIfStopped: false });
    const stopped = work.stopAll();
    expect(await after(1000, stopped)).toBeUndefined();
    expect(stop).toHaveBeenCalledOnce();
    restore.end();
    expect(await after(10, stopped)).toBe(true);
  });
});

describe('what must be alone', () => {
  it('begins when everything else has ended, and is in hand all the while', async () => {
    const { lease, stop } = stoppable({ what: 'restore', lossIfStopped: false });
    const save = work.hold({ what: 'save', lossIfStopped: true });
    const doing = vi.fn(() => Promise.resolve('done'));
    const alone = work.alone({ what: 'save', lossIfStopped: true }, doing);
    expect(await after(1000, alone)).toBeUndefined();
    expect(stop).toHaveBeenCalledOnce();
    expect(work.inHand).not.toContain(lease);
    expect(doing).not.toHaveBeenCalled();
    save.end();
    expect(await after(10, alone)).toBe('done');
    expect(work.inHand).toEqual([]);
  });
});

describe('making way with nobody there', () => {
  it('stops at once what loses nothing', async () => {
    const { stop } = stoppable({ what: 'backup', lossIfStopped: false });
    expect(await after(10, work.makeWay(new AbortController().signal))).toBe(true);
    expect(stop).toHaveBeenCalledOnce();
  });

  it('lets what would lose something come to its end', async () => {
    const { lease, stop } = stoppable({ what: 'queue', lossIfStopped: true });
    const way = work.makeWay(new AbortController().signal);
    expect(await after(lossPatience - 1000, way)).toBeUndefined();
    lease.end();
    expect(await after(10, way)).toBe(true);
    expect(stop).not.toHaveBeenCalled();
  });

  it('takes no longer than it says, whatever goes on', async () => {
    const { stop } = stoppable({ what: 'recovery-code', lossIfStopped: true });
    work.hold({ what: 'save', lossIfStopped: true });
    const way = work.makeWay(new AbortController().signal);
    expect(await after(lossPatience + writePatience + 10, way)).toBe(true);
    expect(stop).toHaveBeenCalledOnce();
  });

  it('is given up when somebody is there', async () => {
    const { stop } = stoppable({ what: 'unread-pictures', lossIfStopped: true });
    const somebody = new AbortController();
    const way = work.makeWay(somebody.signal);
    expect(await after(1000, way)).toBeUndefined();
    somebody.abort();
    expect(await after(10, way)).toBe(false);
    expect(await after(lossPatience, Promise.resolve(stop.mock.calls.length))).toBe(0);
    expect(work.inHand).toHaveLength(1);
  });
});
