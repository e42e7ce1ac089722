import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf } from './format';
import { dayPattern, withNumericDays } from './typed-day';
import { wordsOf } from './folded';

/** Whether a query stands for a day, as a search reads it. */
const names = (query: string, day: string): boolean =>
  [query, withNumericDays(query) ?? ''].some((way) => {
    const words = wordsOf(way);
    return words.length > 0 && words.every((word) => dayPattern(word)?.test(day));
  });

const days = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const months = 'January,February,March,April,May,June,July,August,September,October,November,December'.split(
  ',',
);

/** All ways of typing a day, complete. */
function typed(day: string): string[] {
  const [year = '', mm = '', dd = ''] = day.split('-');
  const [m, d] = [String(Number(mm)), String(Number(dd))];
  const long = months[Number(mm) - 1] ?? '';
  const short = long.slice(0, 3);
  return [
    ...['/', '.', '-', ' ', '. ', ' / '].flatMap((s) => [
      `${dd}${s}${mm}${s}${year}`,
      `${d}${s}${m}${s}${year}`,
    ]),
    ...['/', '.'].flatMap((s) => [`${d}${s}${mm}${s}${year}`, `${dd}${s}${mm}${s}${year.slice(2)}`]),
    ...['/', '-'].map((s) => `${mm}${s}${dd}${s}${year}`),
    ...['-', '/', '.'].map((s) => `${year}${s}${mm}${s}${dd}`),
    `${dd}${mm}${year}`,
    `${year}${mm}${dd}`,
    `${dd}${mm}${year.slice(2)}`,
    ...[long, short, `${short}.`, long.toUpperCase()].flatMap((month) => [
      `${d} ${month} ${year}`,
      `${dd} ${month} ${year}`,
      `${d}. ${month} ${year}`,
      `${d}th ${month} ${year}`,
      `${month} ${d}, ${year}`,
      `${month} ${year}`,
    ]),
    `${d}${short}${year}`,
    `${mm}/${year}`,
    year,
    dayOf(day),
  ];
}

describe('a day that is typed', () => {
  it.each([
    '29/02/1960',
    '29.02.1960',
    '29 Feb 1960',
    '1960-02-29',
    'Feb 29, 1960',
    '29/2/60',
    '1960',
    '1960-02',
  ])('%s stands for 29 February 1960', (query) => {
    expect(names(query, '1960-02-29')).toBe(true);
    expect(names(query, '1961-03-28')).toBe(false);
  });

  it('is known in every way in which days are written', () => {
    fc.assert(
      fc.property(days, (day) => {
        for (const query of typed(day)) expect(names(query, day), `${query} for ${day}`).toBe(true);
      }),
    );
  });

  it('stands for no other day, except where day and month can be taken for each other', () => {
    fc.assert(
      fc.property(days, days, (day, other) => {
        const [year = '', month = '', date = ''] = day.split('-');
        fc.pre(other !== day && other !== `${year}-${date}-${month}`);
        for (const query of [`${date}/${month}/${year}`, `${year}-${month}-${date}`, dayOf(day)]) {
          expect(names(query, other), `${query} for ${other}`).toBe(false);
        }
      }),
    );
  });

  it('is found from its first separator on while it is being typed', () => {
    fc.assert(
      fc.property(days, fc.constantFrom('/', '.', '-'), (day, s) => {
        const [year = '', month = '', date = ''] = day.split('-');
        const whole = [date, month, year].join(s);
        for (let end = 3; end <= whole.length; end++) {
          expect(names(whole.slice(0, end), day), whole.slice(0, end)).toBe(true);
        }
      }),
    );
  });

  it('finds a year that was stored wrong', () => {
    expect(names('0085', '0085-03-04')).toBe(true);
    expect(names('04/03/85', '0085-03-04')).toBe(true);
  });

  it('is not seen in other words', () => {
    for (const word of ['12', 'A-12', 'may', 'jan', 'mul', '', '-', '12345', '1.2.3.4']) {
      expect(dayPattern(word), word).toBeUndefined();
    }
    expect(withNumericDays('Ada 12')).toBeUndefined();
    expect(withNumericDays('may jan')).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9./ -]{0,14}$/)), (query) => {
        names(query, '1960-02-29');
      }),
    );
  });
});
