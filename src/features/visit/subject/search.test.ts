import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Patient } from '../../../domain/patient';
import { dayOf } from '../../../i18n/format';
import { byName, likelyTwins, matches, nameIn } from './search';

const patient = (id: string, part: Partial<Patient> = {}): Patient => ({
  id,
  damaged: false,
  revision: 1,
  updatedAt: 0,
  name: 'Jürgen Müller',
  reference: 'A-12',
  born: '1960-05-01',
  sex: null,
  skinType: null,
  note: '',
  ...part,
});

describe('finding patients', () => {
  it('goes by every word, without accents and capitals', () => {
    for (const query of ['', 'muller', 'MÜLL jürg', 'a-12', '1960-05', ' mul  12 ']) {
      expect(matches(patient('a'), query)).toBe(true);
    }
    for (const query of ['meier', 'muller meier', '1961']) expect(matches(patient('a'), query)).toBe(false);
    expect(matches({ id: 'x', damaged: true }, 'x')).toBe(false);
  });

  it.each([
    'Mueller',
    'Muller 1960',
    'Müller, Jürgen',
    '29/02/1960',
    '29.02.1960',
    '29.2.60',
    '29 Feb 1960',
    'feb 29, 1960',
    '1960-02-29',
    '1960',
    'jurg 29/2',
  ])('finds by %s', (query) => {
    expect(matches(patient('a', { born: '1960-02-29' }), query)).toBe(true);
  });

  it('looks for numbers in the number too, and for months only beside a number', () => {
    const jan = patient('a', { name: 'Jan Novák', reference: '2019/044 12', born: '1970-05-31' });
    for (const query of ['jan 12', '2019/044', 'novak 31 may']) expect(matches(jan, query), query).toBe(true);
    for (const query of ['may', '31', '1971', '31/06/1970']) expect(matches(jan, query), query).toBe(false);
    expect(matches(patient('b', { born: null }), '1960')).toBe(false);
  });

  it('finds a birth date as it is shown', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        (date) => {
          const born = date.toISOString().slice(0, 10);
          expect(matches(patient('a', { born }), dayOf(born))).toBe(true);
        },
      ),
    );
  });

  it('offers the name that was typed, no number and no date', () => {
    expect(nameIn('  Ada   Lovelace ')).toBe('Ada Lovelace');
    expect(nameIn('Sinéad O’Brien 2nd')).toBe('Sinéad O’Brien 2nd');
    for (const query of ['', '  ', '4711', '29/02/1960', '29 Feb 1960', '1960']) {
      expect(nameIn(query), query).toBeUndefined();
    }
  });

  it('sorts by name, numbers by their value, damaged ones last', () => {
    const sorted = [
      { id: 'x', damaged: true as const },
      patient('c', { name: 'Case 10' }),
      patient('b', { name: 'case 9' }),
      patient('a', { name: 'Äpfel' }),
    ].sort(byName);
    expect(sorted.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'x']);
  });

  it('takes the same name for the same person unless the birthdays differ', () => {
    const all = [
      patient('same', { name: 'jurgen muller', born: null }),
      patient('spelt', { name: 'Juergen  Mueller' }),
      patient('other', { born: '1999-01-01' }),
      patient('else', { name: 'Jürgen M.' }),
    ];
    expect(likelyTwins(patient('me'), [...all, patient('me')]).map(({ id }) => id)).toEqual([
      'same',
      'spelt',
    ]);
  });
});
