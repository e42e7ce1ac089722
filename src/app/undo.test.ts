import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import { lastRemoval, patience } from './undo.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  lastRemoval.dismiss();
  vi.useRealTimers();
});

const removal = (undo: () => Promise<boolean>) => ({ patients: 0, lesions: 0, visits: 1, undo });

describe('the offer to undo', () => {
  it('stands for a minute, or until it is closed', () => {
    expect(patience).toBe(60_000);
    lastRemoval.offer(removal(() => Promise.resolve(true)));
    vi.advanceTimersByTime(59_999);
    expect(lastRemoval.offered?.kind).toBe('open');
    vi.advanceTimersByTime(1);
    expect(lastRemoval.offered).toBeUndefined();
    lastRemoval.offer(removal(() => Promise.resolve(true)));
    lastRemoval.dismiss();
    expect(lastRemoval.offered).toBeUndefined();
  });

  it('goes when it was taken', async () => {
    const undo = vi.fn(() => Promise.resolve(true));
    lastRemoval.offer(removal(undo));
    await lastRemoval.undo();
    expect(undo).toHaveBeenCalledOnce();
    expect(lastRemoval.offered).toBeUndefined();
  });

  it('says why it failed, and can be tried again, also after the minute', async () => {
    const undo = vi.fn(() => Promise.resolve(true)).mockRejectedValueOnce(new Failure('storage-full'));
    lastRemoval.offer(removal(undo));
    await lastRemoval.undo();
    expect(lastRemoval.offered).toMatchObject({ kind: 'failed', failure: { code: 'storage-full' } });
    vi.advanceTimersByTime(patience);
    await lastRemoval.undo();
    expect([undo.mock.calls.length, lastRemoval.offered]).toEqual([2, undefined]);
  });

  it('says so where it is no longer possible', async () => {
    lastRemoval.offerMerge({ undo: () => Promise.resolve(false) });
    await lastRemoval.undo();
    expect(lastRemoval.offered).toEqual({ kind: 'impossible' });
  });

  it('is undone once, however often it is tapped', async () => {
    const undo = vi.fn(() => Promise.resolve(true));
    lastRemoval.offer(removal(undo));
    await Promise.all([lastRemoval.undo(), lastRemoval.undo()]);
    expect(undo).toHaveBeenCalledOnce();
  });
});
