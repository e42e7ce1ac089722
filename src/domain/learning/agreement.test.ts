import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementOverTime, confusionOf, lookBack, shareOf } from './agreement';

describe('shareOf', () => {
  it('gives the interval that Wilson gives', () => {
    // 10 of 40: from statsmodels, proportion_confint(10, 40, method="wilson").
    const { low, high } = shareOf(10, 40);
    expect(low).toBeCloseTo(0.1419, 3);
    expect(high).toBeCloseTo(0.4019, 3);
  });

  it('holds the share, and lies in 0..1', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), (right, wrong) => {
        const { low, high, count } = shareOf(right, right + wrong);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        if (count === 0) return;
        expect(low).toBeLessThanOrEqual(right / count + 1e-12);
        expect(high).toBeGreaterThanOrEqual(right / count - 1e-12);
      }),
    );
  });
});

describe('confusionOf', () => {
  it('counts what was found by what was said, and leaves out what the model does not know', () => {
    const given = [
      { code: 'one', said: 'two' },
      { code: 'one', said: 'two' },
      { code: 'two', said: 'two' },
      { code: 'two', said: 'gone' },
    ];
    expect(confusionOf(given, ['one', 'two'])).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });
});

describe('agreementOverTime', () => {
  it('looks back on the last pictures in order of time', () => {
    const given = Array.from({ length: 30 }, (_, at) => ({
      code: 'one',
      said: at < 10 ? 'one' : 'two',
      visitedAt: new Date(2026, 0, 1 + at),
    }));
    const course = agreementOverTime([...given].reverse());
    expect(course.map(({ at }) => at.getDate())).toEqual(given.map(({ visitedAt }) => visitedAt.getDate()));
    expect(course[9]).toMatchObject({ right: 10, count: 10 });
    expect(course[lookBack - 1]).toMatchObject({ right: 10, count: lookBack });
    expect(course[29]).toMatchObject({ right: 0, count: lookBack });
  });
});
