import { describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../failure';
import type { Prediction } from '../../../domain/prediction';
import { noAnswers } from '../../../domain/warning-signs';
import { AnswerKeeper, answersOf, judge } from './answers';

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

  it('are written one after the other, each on top of the last that was kept', async () => {
    const calls: unknown[][] = [];
    const edit = vi.fn(async (...call: unknown[]) => {
      calls.push(call);
      await Promise.resolve();
      if (calls.length === 2) throw new Failure('record-stale');
      return true;
    });
    const none = answersOf(noAnswers, judge(reading, undefined));
    const first = answersOf(bleeding, judge(reading, undefined, bleeding));
    const keeper = new AnswerKeeper({ edit }, 'id', none);
    const [one, two, three] = [keeper.keep(first), keeper.keep(none), keeper.keep(none)];
    await one;
    await expect(two).rejects.toMatchObject({ code: 'record-stale' });
    await three;
    expect(calls).toEqual([
      ['id', first, none],
      ['id', none, first],
      ['id', none, first],
    ]);
  });
});
