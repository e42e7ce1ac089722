import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { addDays, addMonths, asIsoDay, isMoment, isoDay } from './calendar';

const zone = process.env['TZ'];
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const days = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('the day of a moment', () => {
  it.each([
    ['Pacific/Kiritimati', '2026-03-02'],
    ['UTC', '2026-03-01'],
    ['America/Los_Angeles', '2026-03-01'],
    ['Europe/Vienna', '2026-03-01'],
  ])('is that of %s', (there, day) => {
    process.env['TZ'] = there;
    expect(isoDay(new Date('2026-03-01T11:30:00Z'))).toBe(day);
  });

  it('is the one of the clock on the wall just before and after midnight', () => {
    process.env['TZ'] = 'America/Los_Angeles';
    expect(isoDay(new Date('2026-01-01T07:59:59Z'))).toBe('2025-12-31');
    expect(isoDay(new Date('2026-01-01T08:00:00Z'))).toBe('2026-01-01');
  });
});

describe('months later', () => {
  it.each([
    ['2026-11-30', 3, '2027-02-28'],
    ['2023-11-30', 3, '2024-02-29'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2026-03-31', 3, '2026-06-30'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-10-01', 3, '2027-01-01'],
    ['2026-12-15', 12, '2027-12-15'],
  ])('%s and %i months is %s', (day, months, later) => {
    expect(addMonths(day, months)).toBe(later);
  });

  it('never lands in the month after, in any time zone', () => {
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 0, max: 36 }),
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/St_Johns'),
        (day, months, there) => {
          process.env['TZ'] = there;
          const later = addMonths(day, months);
          const month = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
          expect(month(later) - month(day)).toBe(months);
          expect(Number(later.slice(8))).toBeLessThanOrEqual(Number(day.slice(8)));
        },
      ),
    );
  });
});

describe('days later', () => {
  it('counts over a change of the clock, a leap day and a year', () => {
    process.env['TZ'] = 'Europe/Vienna';
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('comes back by the same number', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -4000, max: 4000 }), (day, count) => {
        expect(addDays(addDays(day, count), -count)).toBe(day);
      }),
    );
  });
});

describe('what is a day', () => {
  it.each(['1000-01-01', '2024-02-29', '2000-02-29', '2026-12-31', '9999-12-31'])('%s is', (text) => {
    expect(asIsoDay(text)).toBe(text);
  });

  it.each([
    '2026-02-30',
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '0085-03-04',
    '85-03-04',
    '2026-1-1',
    '2026-01-01T00:00',
    ' 2026-01-01',
    '12026-01-01',
    '',
  ])('%j is none', (text) => {
    expect(asIsoDay(text)).toBeUndefined();
  });

  it('goes by the calendar alone, in every time zone', () => {
    const zones = fc.constantFrom('UTC', 'Pacific/Kiritimati', 'America/Sao_Paulo', 'Africa/Cairo');
    fc.assert(
      fc.property(days, zones, (day, there) => {
        process.env['TZ'] = there;
        expect(asIsoDay(day)).toBe(day);
        const [year = '', month = ''] = day.split('-');
        expect(asIsoDay(`${year}-${month}-32`)).toBeUndefined();
      }),
    );
  });
});

it.each([
  ['2026-02-28T23:59:59.000Z', true],
  // Chromium makes 2 March of it, WebKit throws.
  ['2026-02-30T10:00:00.000Z', false],
  ['2025-02-29T10:00Z', false],
  ['2026-13-01T10:00Z', false],
  ['0000-01-01T10:00Z', false],
  ['2026-01-01T25:00Z', false],
])('%s is a moment: %j', (text, is) => {
  expect(isMoment(text)).toBe(is);
});
