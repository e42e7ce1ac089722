import { describe, expect, it, vi } from 'vitest';
import type { Prediction } from '../../../domain/prediction';
import type { Remarks } from '../../../domain/visit/visit';
import { merged } from '../../../records/store/edits';
import { noAnswers, type WarningSigns } from '../../../domain/warning-signs';
import { answersOf, judge, signsDraft, type Answers } from './answers';

const reading = {
  pack: { id: 'p', version: '1.0.0' },
  accepted: true,
  top: 'nv',
  set: ['nv'],
  operatingPoints: [],
  quality: [],
} as unknown as Prediction;
const bleeding = { ...noAnswers, bleeding: 'yes' } as const;

describe('answers', () => {
  it('are kept as none until one is given', () => {
    const shown = judge(reading, undefined);
    expect(shown.step).toBe('watch');
    expect(answersOf(noAnswers, shown)).toEqual({ checklist: null, triage: shown });
    expect(judge(reading, undefined, bleeding).step).toBe('soon');
    expect(answersOf(bleeding, shown).checklist).toBe(bleeding);
  });

  const judged = (checklist: WarningSigns) => judge(reading, undefined, checklist);

  /** A visit in a record. */
  function visit() {
    const state: { kept: Answers; gone: boolean } = {
      kept: answersOf(noAnswers, judged(noAnswers)),
      gone: false,
    };
    const edit = vi.fn((_: string, change: Partial<Remarks>, seen: Partial<Remarks>) => {
      if (state.gone) return Promise.resolve(false);
      return Promise.resolve().then(() => {
        state.kept = merged<Answers>(state.kept, seen, change);
        return true;
      });
    });
    const records = () => Promise.resolve(state.gone ? [] : [state.kept as never]);
    return { state, edit, draft: () => signsDraft({ edit, records }, 'id', judged, state.kept) };
  }

  it('are written one after the other, the last one last', async () => {
    const { state, edit, draft: open } = visit();
    const draft = open();
    draft.set(bleeding);
    const first = draft.save();
    draft.set({ ...bleeding, changing: 'yes' });
    await Promise.all([first, draft.save()]);
    expect(edit).toHaveBeenCalledTimes(2);
    expect(state.kept).toMatchObject({
      checklist: { bleeding: 'yes', changing: 'yes' },
      triage: { step: 'soon' },
    });
    expect(draft.state.kind).toBe('saved');
  });

  it('of two windows to different questions are both kept, and the advice is of both', async () => {
    const { state, draft } = visit();
    const [here, there] = [draft(), draft()];
    there.set({ changing: 'yes' });
    await there.save();
    here.set({ bleeding: 'yes' });
    await here.save();
    expect(here.state.kind).toBe('saved');
    expect(state.kept.checklist).toMatchObject({ bleeding: 'yes', changing: 'yes' });
    expect(state.kept.triage?.signs).toEqual(['bleeding', 'changing']);
  });

  it('of two windows to one question are asked about, and never called saved', async () => {
    const { state, draft } = visit();
    const [here, there] = [draft(), draft()];
    there.set({ bleeding: 'no' });
    await there.save();
    here.set({ bleeding: 'yes' });
    await here.save();
    expect([here.state.kind, here.conflicts, here.values.bleeding]).toEqual([
      'conflict',
      ['bleeding'],
      'yes',
    ]);
    expect(state.kept.checklist?.bleeding).toBe('no');
    await here.keepMine('bleeding');
    expect([here.state.kind, state.kept.checklist?.bleeding]).toEqual(['saved', 'yes']);
    state.gone = true;
    here.set({ bleeding: 'no' });
    await here.save();
    expect(here.state.kind).toBe('gone');
  });
});
