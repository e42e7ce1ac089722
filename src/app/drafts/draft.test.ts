import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asFailure, Failure } from '../../failure';
import { merged } from '../../records/store/edits';
import { Draft, trimmed } from './draft.svelte';

interface Row {
  readonly name: string;
  readonly note: string;
}

const empty: Row = { name: '', note: '' };

/** A row in a record, as the repositories keep it. */
function stored(row: Row | undefined) {
  const state = { row, broken: undefined as Failure | undefined, writes: [] as Partial<Row>[] };
  return {
    state,
    save: (change: Partial<Row>, seen: Row): Promise<boolean> => {
      if (state.broken) return Promise.reject(state.broken);
      if (!state.row) return Promise.resolve(false);
      try {
        state.row = merged(state.row, seen, change);
      } catch (failure) {
        return Promise.reject(asFailure(failure));
      }
      state.writes.push(change);
      return Promise.resolve(true);
    },
    load: () => Promise.resolve(state.row),
  };
}

function form(record: ReturnType<typeof stored>, pause?: number): Draft<Row> {
  const { save, load } = record;
  const row = record.state.row ?? empty;
  return new Draft<Row>({
    form: 'row',
    row,
    entered: trimmed,
    save,
    load,
    ...(pause !== undefined && { pause }),
  });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a draft with a Save of its own', () => {
  it('is unsaved from the first keystroke until it is saved, and sends what was changed', async () => {
    const record = stored(empty);
    const draft = form(record);
    expect(draft.state.kind).toBe('untouched');
    draft.set({ name: ' Ada ' });
    expect([draft.unsaved, draft.state.kind]).toEqual([true, 'changed']);
    await draft.save();
    expect(record.state.writes).toEqual([{ name: 'Ada' }]);
    expect([draft.unsaved, draft.state.kind]).toEqual([false, 'saved']);
  });

  it('is saved once, however often Save is pressed', async () => {
    const record = stored(empty);
    const draft = form(record);
    draft.set({ name: 'Ada' });
    await Promise.all([draft.save(), draft.save(), draft.save()]);
    expect(record.state.writes).toHaveLength(1);
  });

  it('saves its fields although another window changed another one, and takes that over', async () => {
    const record = stored(empty);
    const draft = form(record);
    draft.set({ name: 'Ada' });
    record.state.row = { name: '', note: 'theirs' };
    draft.adopt(record.state.row);
    expect(draft.values).toEqual({ name: 'Ada', note: 'theirs' });
    await draft.save();
    expect(record.state.row).toEqual({ name: 'Ada', note: 'theirs' });
  });

  it('asks about a field that both changed, keeps what was typed, and can be saved afterwards', async () => {
    const record = stored(empty);
    const draft = form(record);
    draft.set({ name: 'mine', note: 'also mine' });
    // Nothing has told this window of it.
    record.state.row = { name: 'theirs', note: '' };
    await draft.save();
    expect(draft.state.kind).toBe('conflict');
    expect(draft.conflicts).toEqual(['name']);
    expect(draft.values).toEqual({ name: 'mine', note: 'also mine' });
    expect(draft.stored.name).toBe('theirs');
    expect(record.state.writes).toEqual([]);
    await draft.keepMine('name');
    expect(record.state.row).toEqual({ name: 'mine', note: 'also mine' });
    expect(draft.state.kind).toBe('saved');

    draft.set({ name: 'mine again' });
    draft.adopt({ name: 'theirs again', note: 'also mine' });
    record.state.row = { name: 'theirs again', note: 'also mine' };
    expect([draft.state.kind, draft.values.name]).toEqual(['conflict', 'mine again']);
    await draft.useOther('name');
    expect([draft.state.kind, draft.values.name, draft.unsaved]).toEqual([
      'untouched',
      'theirs again',
      false,
    ]);
    expect(record.state.row.name).toBe('theirs again');
  });

  it('keeps the text when saving fails, says so, and saves it the next time', async () => {
    const record = stored(empty);
    const draft = form(record);
    record.state.broken = new Failure('storage-full');
    draft.set({ note: 'kept' });
    await draft.save();
    expect(draft.state).toMatchObject({ kind: 'failed', failure: { code: 'storage-full' } });
    expect([draft.values.note, draft.unsaved]).toEqual(['kept', true]);
    record.state.broken = undefined;
    await draft.save();
    expect(draft.state.kind).toBe('saved');
  });

  it('never says "saved" where nothing was written: the row is gone', async () => {
    const record = stored(empty);
    const draft = form(record);
    draft.set({ note: 'kept' });
    record.state.row = undefined;
    await draft.save();
    expect([draft.state.kind, draft.values.note, draft.unsaved]).toEqual(['gone', 'kept', true]);
  });

  it('goes on with what was typed before a lock, against the row as it is by now', async () => {
    const record = stored(empty);
    const before = form(record);
    before.set({ name: 'mine' });
    const { content } = before;
    record.state.row = { name: '', note: 'theirs' };
    const after = form(record);
    after.restore(content);
    expect(after.values).toEqual({ name: 'mine', note: 'theirs' });
    await after.save();
    expect(record.state.row).toEqual({ name: 'mine', note: 'theirs' });

    const conflicting = form(record);
    conflicting.restore({ base: { name: '' }, values: { name: 'older', unknown: 1 } });
    expect(conflicting.conflicts).toEqual(['name']);
    conflicting.discard();
    expect([conflicting.unsaved, conflicting.values]).toEqual([false, record.state.row]);
  });
});

describe('a draft that saves itself', () => {
  it('does so after a pause, once', async () => {
    const record = stored(empty);
    const draft = form(record, 600);
    draft.set({ note: 'a' });
    await vi.advanceTimersByTimeAsync(300);
    draft.set({ note: 'ab' });
    await vi.advanceTimersByTimeAsync(599);
    expect(record.state.writes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(record.state.writes).toEqual([{ note: 'ab' }]);
    expect(draft.state.kind).toBe('saved');
  });

  it('writes one text at a time, and the last one last', async () => {
    const record = stored(empty);
    const held: (() => void)[] = [];
    const draft = new Draft<Row>({
      form: 'row',
      row: empty,
      pause: 600,
      save: async (change, seen) => {
        await new Promise<void>((resolve) => held.push(resolve));
        return record.save(change, seen);
      },
    });
    draft.set({ note: 'one' });
    const first = draft.save();
    draft.set({ note: 'two' });
    draft.set({ note: 'three' });
    const second = draft.save();
    expect(held).toHaveLength(1);
    held.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
    // The page hears of its own first text while the second is typed.
    draft.adopt({ name: '', note: 'one' });
    expect([draft.values.note, draft.conflicts]).toEqual(['three', []]);
    held.shift()?.();
    await Promise.all([first, second]);
    expect(record.state.writes).toEqual([{ note: 'one' }, { note: 'three' }]);
    expect(draft.state.kind).toBe('saved');
  });

  it('is not set back by a late copy of what it has replaced itself', async () => {
    const record = stored(empty);
    const draft = form(record, 600);
    for (const note of ['one', 'two']) {
      draft.set({ note });
      await draft.save();
    }
    for (const note of ['', 'one']) {
      draft.adopt({ name: '', note });
      expect([draft.values.note, draft.unsaved]).toEqual(['two', false]);
    }
    draft.adopt({ name: '', note: 'two' });
    draft.adopt({ name: '', note: 'one' });
    expect(draft.values.note).toBe('one');
  });
});

type Step =
  | { readonly do: 'type' | 'other'; readonly field: keyof Row; readonly text: string }
  | { readonly do: 'save' | 'tell' | 'keep' | 'use' };

describe('whatever two windows do', () => {
  const text = fc.constantFrom('', 'a', 'b');
  const field = fc.constantFrom<keyof Row>('name', 'note');
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ do: fc.constantFrom('type' as const, 'other' as const), field, text }),
    fc.record({ do: fc.constantFrom('save' as const, 'tell' as const, 'keep' as const, 'use' as const) }),
  );

  it('typed text stays until it is stored or given up, and no unseen text is overwritten', () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const record = stored(empty);
        const draft = form(record);
        for (const one of steps) {
          const before = draft.values;
          const unsaved = draft.unsaved;
          const theirs = record.state.row ?? empty;
          if (one.do === 'type') draft.set({ [one.field]: one.text });
          if (one.do === 'other') record.state.row = { ...theirs, [one.field]: one.text };
          if (one.do === 'tell') draft.adopt(theirs);
          if (one.do === 'save') await draft.save();
          const [asked] = draft.conflicts;
          if (asked && one.do === 'keep') await draft.keepMine(asked);
          if (asked && one.do === 'use') await draft.useOther(asked);
          if (one.do === 'tell' || one.do === 'save') {
            for (const each of ['name', 'note'] as const) {
              // What was typed and differs from the record is still there.
              if (unsaved && before[each] !== draft.values[each])
                expect(draft.values[each]).toBe(theirs[each]);
              // What the other window wrote is only replaced by what was typed here upon it.
              if (draft.conflicts.includes(each)) expect(record.state.row?.[each]).toBe(theirs[each]);
            }
          }
          if (draft.state.kind === 'saved' && one.do === 'save') {
            for (const each of ['name', 'note'] as const) {
              if (before[each] !== draft.stored[each])
                expect(draft.values[each]).toBe(record.state.row?.[each]);
            }
          }
        }
      }),
    ));
});
