import { describe, expect, it } from 'vitest';
import type { Patient } from '../../../domain/patient';
import { byName, likelyTwins, matches } from './search';

const patient = (id: string, part: Partial<Patient> = {}): Patient => ({
  id,
  damaged: false,
  revision: 1,
  updatedAt: 0,
  name: 'Jürgen Müller',
  reference: 'A-12',
  born: '1960-05-01',
  sex: null,
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
      patient('other', { born: '1999-01-01' }),
      patient('else', { name: 'Jürgen M.' }),
    ];
    expect(likelyTwins(patient('me'), [...all, patient('me')]).map(({ id }) => id)).toEqual(['same']);
  });
});
