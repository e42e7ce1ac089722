import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../failure';
import { NoteDraft } from './note-draft.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A store whose writes end when the test lets them. */
function slowStore() {
  const written: string[] = [];
  const pending: (() => void)[] = [];
  const write = (text: string) =>
    new Promise<boolean>((resolve) => {
      written.push(text);
      pending.push(() => resolve(true));
    });
  return { written, write, finish: () => pending.shift()?.() };
}

describe('a note draft', () => {
  it('saves itself after a pause, once', async () => {
    const write = vi.fn(() => Promise.resolve(true));
    const draft = new NoteDraft('', write);
    draft.text = 'a';
    await vi.advanceTimersByTimeAsync(300);
    draft.text = 'ab';
    expect(draft.state.kind).toBe('changed');
    await vi.advanceTimersByTimeAsync(599);
    expect(write).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(write.mock.calls).toEqual([['ab', '']]);
    expect(draft.state.kind).toBe('saved');
  });

  it('writes one text at a time, and the last one last', async () => {
    const { written, write, finish } = slowStore();
    const draft = new NoteDraft('', write);
    draft.text = 'one';
    const first = draft.flush();
    draft.text = 'two';
    draft.text = 'three';
    const second = draft.flush();
    expect(written).toEqual(['one']);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(written).toEqual(['one', 'three']);
    finish();
    await Promise.all([first, second]);
    expect(draft.state.kind).toBe('saved');
  });

  it('writes nothing when nothing changed', async () => {
    const write = vi.fn(() => Promise.resolve(true));
    const draft = new NoteDraft('as it was', write);
    await draft.flush();
    expect(write).not.toHaveBeenCalled();
    expect(draft.state.kind).toBe('untouched');
  });

  it('keeps the text and says so when saving fails, and saves it the next time', async () => {
    const write = vi.fn(() => Promise.resolve(true)).mockRejectedValueOnce(new Failure('storage-full'));
    const draft = new NoteDraft('', write);
    draft.text = 'kept';
    await draft.flush();
    expect(draft.state).toMatchObject({ kind: 'failed', failure: { code: 'storage-full' } });
    expect(draft.text).toBe('kept');
    await draft.flush();
    expect(draft.state.kind).toBe('saved');
  });

  it('takes over what another tab wrote, but never over what is being written here', async () => {
    const draft = new NoteDraft('old', () => Promise.resolve(true));
    draft.adopt('from the other tab');
    expect(draft.text).toBe('from the other tab');
    draft.text = 'mine';
    draft.adopt('theirs');
    expect(draft.text).toBe('mine');
    await draft.flush();
    expect(draft.state.kind).toBe('saved');
  });

  it('is written over the text of another window only when the person has seen it', async () => {
    const write = vi.fn((_: string, seen: string) =>
      seen === 'theirs' ? Promise.resolve(true) : Promise.reject(new Failure('record-stale')),
    );
    const draft = new NoteDraft('', write);
    draft.text = 'mine';
    await draft.flush();
    draft.adopt('theirs');
    expect(draft.text).toBe('mine');
    expect(draft.state).toMatchObject({ failure: { code: 'record-stale' } });
    await draft.insist('theirs');
    expect(draft.state.kind).toBe('saved');

    draft.text = 'mine again';
    await draft.flush();
    draft.yield('newer');
    expect([draft.text, draft.state.kind]).toEqual(['newer', 'untouched']);
  });
});
