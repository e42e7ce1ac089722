import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../domain/pack/manifest';
import type { Prediction } from '../../../domain/prediction';
import { conditionInfo } from '../../../i18n/conditions';
import { byProbability, chosenPoint, probabilityOf, screeningOf, sureness } from './wording';

describe('sureness', () => {
  it.each([
    [0.2, 'uncertain'],
    [0.4999, 'uncertain'],
    [0.5, 'more'],
    [0.7, 'likely'],
    [0.8999, 'likely'],
    [0.9, 'very'],
    [1, 'very'],
  ] as const)('calls %d %s', (probability, words) => {
    expect(sureness(probability)).toBe(words);
  });
});

describe('a reading', () => {
  const prediction = {
    top: 'nv',
    probabilities: [
      { code: 'mel', probability: 0.3 },
      { code: 'nv', probability: 0.6 },
      { code: 'bkl', probability: 0.1 },
    ],
    operatingPoints: [
      { id: 'balanced', probability: 0.3, threshold: 0.5, flagged: false },
      { id: 'screening', probability: 0.3, threshold: 0.2, flagged: true },
    ],
  } as unknown as Prediction;

  it('is told by its likeliest class and its screening point', () => {
    expect(probabilityOf(prediction.probabilities, prediction.top)).toBe(0.6);
    expect(screeningOf(prediction)?.threshold).toBe(0.2);
    expect(screeningOf({ ...prediction, operatingPoints: [] })).toBeUndefined();
  });

  it('is listed from the likeliest class down, without losing one', () => {
    expect(byProbability(prediction.probabilities).map(({ code }) => code)).toEqual(['nv', 'mel', 'bkl']);
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(shares, (probabilities) => {
        const given = probabilities.map((probability, i) => ({ code: `c${i}`, probability }));
        const sorted = byProbability(given);
        expect(new Set(sorted)).toEqual(new Set(given));
        expect(sorted.map(({ probability }) => probability)).toEqual(probabilities.toSorted((a, b) => b - a));
      }),
    );
  });
});

describe('chosenPoint', () => {
  const points = (...ids: string[]): Prediction =>
    ({ operatingPoints: ids.map((id) => ({ id })) }) as unknown as Prediction;

  it('is the one that was chosen, and that of screening where the pack has no such one', () => {
    expect(chosenPoint(points('screening', 'balanced'), 'balanced')?.id).toBe('balanced');
    expect(chosenPoint(points('other', 'screening'), 'balanced')?.id).toBe('screening');
    expect(chosenPoint(points('other'), 'balanced')).toBeUndefined();
  });
});

describe('classInfo', () => {
  const manifest = {
    classes: [
      { code: 'nv', name: 'naevus', kind: 'benign', advice: 'premalignant' },
      { code: 'scc', name: 'Squamous cell carcinoma', kind: 'malignant', advice: 'unheard of' },
    ],
  } as unknown as Manifest;

  it('names the seven classes without a pack', () => {
    for (const code of ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc']) {
      const { name, text } = conditionInfo(code);
      expect(name).not.toBe(code);
      expect(text).not.toBe('');
    }
    expect(conditionInfo('mel').kind).toBe('malignant');
    expect(conditionInfo('akiec').kind).toBe('premalignant');
    expect(conditionInfo('nv').kind).toBe('benign');
  });

  it('lets the pack say what its classes call for', () => {
    expect(conditionInfo('nv', manifest).advice).toBe('premalignant');
    expect(conditionInfo('scc', manifest)).toMatchObject({
      name: 'Squamous cell carcinoma',
      kind: 'malignant',
      advice: 'malignant',
    });
  });

  it('calms nobody about a class that neither it nor the pack knows', () => {
    expect(conditionInfo('xyz', manifest)).toMatchObject({ name: 'xyz', advice: 'malignant' });
    expect(conditionInfo('constructor').kind).toBe('malignant');
  });
});
