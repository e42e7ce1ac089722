import { describe, expect, it, vi } from 'vitest';
import { passphraseWords } from './dictionaries';
import { enough, loadEstimator } from './strength';

describe('a passphrase', () => {
  it.each([
    '12345678',
    'Passw0rd!',
    'qwertzuiop',
    'abcdefghijkl',
    'a'.repeat(40),
    'lentigo2026',
    'summer2026!',
    '',
  ])('is too easy to guess: %j', async (passphrase) => {
    const { guesses } = await loadEstimator();
    expect(guesses(passphrase)).toBeLessThan(enough.lock);
  });

  it.each(['nine blue doors open late', 'four words of no kinship', 'vK9#fq2L!x'])(
    'is hard enough: %j',
    async (passphrase) => {
      const { guesses } = await loadEstimator();
      expect(guesses(passphrase)).toBeGreaterThanOrEqual(enough.file);
    },
  );

  it('is offered in five words of the list, another one each time', async () => {
    const { guesses, offer } = await loadEstimator();
    const offers = Array.from({ length: 20 }, () => offer?.() ?? '');
    expect(new Set(offers).size).toBe(20);
    for (const one of offers) {
      expect(one.split(' ')).toHaveLength(5);
      expect(one.split(' ').every((word) => passphraseWords.includes(word))).toBe(true);
      expect(guesses(one)).toBeGreaterThan(enough.file);
    }
  });

  it('is estimated without the dictionaries as well, more strictly', async () => {
    vi.resetModules();
    vi.doMock('./dictionaries', () => Promise.reject(new Error('no network')));
    const { loadEstimator: load } = await import('./strength');
    const { guesses, offer } = await load();
    expect(offer).toBeUndefined();
    expect(guesses('something else')).toBeLessThan(enough.lock);
    expect(guesses('a'.repeat(40))).toBeLessThan(enough.lock);
    expect(guesses('nine blue doors open late')).toBeGreaterThanOrEqual(enough.file);
    vi.doUnmock('./dictionaries');
  });
});
