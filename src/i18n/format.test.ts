import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytes,
  dateAndTime,
  dayOf,
  dayOfDate,
  decimals,
  exactPercent,
  listOf,
  percent,
  seconds,
  sharePercent,
  timeWithSeconds,
} from './format';

const nbsp = '\u00a0';
const plain = (text: string): string => text.replaceAll(nbsp, ' ');

describe('percent', () => {
  it.each([
    [0, '< 1 %'],
    [0.0049, '< 1 %'],
    [0.005, '1 %'],
    [0.334, '33 %'],
    [0.9949, '99 %'],
    [0.995, '> 99 %'],
    [1, '> 99 %'],
  ])('says %d as %s', (probability, words) => {
    expect(plain(percent(probability))).toBe(words);
  });

  it('never claims certainty', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (probability) => {
        expect(plain(percent(probability))).not.toMatch(/^(0|100) %$/);
      }),
    );
  });
});

describe('figures', () => {
  it('are written with the decimals that are wanted', () => {
    expect(plain(sharePercent(0.7263))).toBe('72.6 %');
    expect(plain(sharePercent(1))).toBe('100.0 %');
    expect(decimals(0.9, 3)).toBe('0.900');
  });

  it('gives thresholds as they are', () => {
    expect(plain(exactPercent(0.125))).toBe('13 %');
    expect(plain(exactPercent(0.012))).toBe('1.2 %');
    expect(plain(exactPercent(0.9))).toBe('90 %');
  });

  it('gives seconds two digits below one, one above', () => {
    expect(seconds(84)).toBe('0.08');
    expect(seconds(1240)).toBe('1.2');
  });

  it('chooses a unit for bytes', () => {
    expect(plain(bytes(480))).toBe('480 B');
    expect(plain(bytes(1200))).toBe('1 kB');
    expect(plain(bytes(999_499))).toBe('999 kB');
    expect(plain(bytes(999_500))).toBe('1 MB');
    expect(plain(bytes(2_540_000))).toBe('2.5 MB');
    expect(plain(bytes(10_740_000_000))).toBe('10.7 GB');
  });

  it('lists words', () => {
    expect(listOf(['a', 'b'])).toBe('a and b');
  });
});

describe('days', () => {
  it('are written in words with four digits of the year', () => {
    expect(dayOf('1960-02-29')).toMatch(/29/);
    expect(dayOf('1960-02-29')).toMatch(/1960/);
  });

  it('that are none are shown as they are stored', () => {
    for (const stored of ['0085-03-04', '2026-02-30', '2026-13-01', '', 'soon']) {
      expect(dayOf(stored)).toBe(stored);
    }
  });

  it('never throw', () => {
    const shaped = fc.stringMatching(/^\d{4}-\d{2}-\d{2}$/);
    fc.assert(
      fc.property(fc.oneof(shaped, fc.string()), (stored) => {
        expect(dayOf(stored)).toEqual(expect.any(String));
        if (/^\d{4}-/.test(stored)) expect(dayOf(stored)).toContain(stored.slice(0, 4));
      }),
    );
  });

  it('of a date that is none are called unknown', () => {
    for (const words of [dateAndTime, dayOfDate, timeWithSeconds]) {
      expect(words(new Date('2026-02-30T25:00:00Z'))).toBe('unknown date');
      expect(words(new Date(NaN))).toBe('unknown date');
    }
  });
});
