import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import type { Diagnosis } from '../../../domain/visit';
import { DiagnosisDraft, otherDiagnosis } from './diagnosis-draft.svelte';

const today = '2026-05-31';
const melanoma: Diagnosis = { code: 'mel', text: 'Breslow 0.4 mm', date: '2026-05-20' };
const wart: Diagnosis = { code: null, text: 'viral wart', date: '2026-05-21' };
type Write = (finding: Diagnosis | null, seen: Diagnosis | null) => Promise<boolean>;
const written = () => vi.fn<Write>(() => Promise.resolve(true));

describe('a finding that is entered', () => {
  it('is of today until another day is given, and saved against what was seen', async () => {
    const write = written();
    const draft = new DiagnosisDraft(null, write, today);
    expect(draft.changed).toBe(false);
    draft.choice = 'nv';
    draft.text = ' dermal ';
    expect(draft.changed).toBe(true);
    await draft.save();
    const finding = { code: 'nv', text: 'dermal', date: today };
    expect(write.mock.calls).toEqual([[finding, null]]);
    expect(draft.state.kind).toBe('saved');

    draft.choice = '';
    await draft.save();
    expect(write.mock.calls[1]).toEqual([null, finding]);
  });

  it('has no class where it is something else', async () => {
    const write = written();
    const draft = new DiagnosisDraft(wart, write, today);
    expect([draft.choice, draft.changed]).toEqual([otherDiagnosis, false]);
    draft.text = 'molluscum';
    await draft.save();
    expect(write.mock.calls).toEqual([[{ ...wart, text: 'molluscum' }, wart]]);
  });

  it('follows what is written elsewhere, but not over what was entered here', () => {
    const draft = new DiagnosisDraft(null, written(), today);
    draft.adopt(wart);
    expect(draft.finding).toEqual(wart);
    draft.text = 'mine';
    draft.adopt(melanoma);
    expect(draft.finding).toEqual({ ...wart, text: 'mine' });
  });

  it('is kept when another has changed it, until the person says which of the two counts', async () => {
    const write = vi.fn((_: Diagnosis | null, seen: Diagnosis | null) =>
      seen === melanoma ? Promise.resolve(true) : Promise.reject(new Failure('record-stale')),
    );
    const draft = new DiagnosisDraft(null, write, today);
    draft.choice = 'nv';
    await draft.save();
    expect(draft.state).toMatchObject({ kind: 'failed', failure: { code: 'record-stale' } });
    expect(draft.choice).toBe('nv');
    await draft.insist(melanoma);
    expect(draft.state.kind).toBe('saved');

    draft.text = 'once more';
    draft.yield(wart);
    expect(draft.finding).toEqual(wart);
    expect(draft.changed).toBe(false);
  });
});
