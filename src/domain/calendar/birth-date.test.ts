import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { birthDateProblem, firstBirthDate } from './birth-date';
import { addDays, asIsoDay, type IsoDay } from './calendar';

const today = '2026-11-27' as IsoDay;

describe('a birth date', () => {
  it.each([
    ['', undefined],
    ['1900-01-01', undefined],
    ['1960-02-29', undefined],
    [today, undefined],
    ['1899-12-31', 'too-early'],
    ['0085-03-04', 'too-early'],
    ['2026-11-28', 'in-the-future'],
    ['1961-02-29', 'no-such-day'],
    ['1985-02-30', 'no-such-day'],
    ['1985-00-10', 'no-such-day'],
    ['85-03-04', 'no-such-day'],
    ['12026-01-01', 'no-such-day'],
    ['040385', 'no-such-day'],
  ] as const)('%j: %s', (text, problem) => {
    expect(birthDateProblem(text, today)).toBe(problem);
  });

  it('is any day from 1900 to today and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60_000, max: 60_000 }), (days) => {
        const day = addDays(today, days);
        const fits = day >= firstBirthDate && day <= today;
        expect(birthDateProblem(day, today) === undefined).toBe(fits);
      }),
    );
  });

  it('is never accepted unless the calendar has it', () => {
    const typed = fc.oneof(fc.string(), fc.stringMatching(/^\d{2,5}-\d{1,2}-\d{1,2}$/));
    fc.assert(
      fc.property(typed, (text) => {
        if (text !== '' && birthDateProblem(text, today) === undefined) expect(asIsoDay(text)).toBe(text);
      }),
    );
  });
});
