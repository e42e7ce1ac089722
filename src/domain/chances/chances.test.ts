import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urgencies } from '../advice';
import {
  cancerChance,
  chancesUnder,
  frequencyOf,
  isSoundPrior,
  priorIn,
  type Frequency,
  mayShowFigure,
  toExplain,
} from './chances';
import type { ConditionKind } from '../pack/words';
import type { ConditionProbability } from '../prediction';

const kinds: Readonly<Record<string, ConditionKind>> = {
  mel: 'malignant',
  akiec: 'premalignant',
  nv: 'benign',
  df: 'benign',
};
const codes = Object.keys(kinds);
const kindOf = (code: string): ConditionKind => kinds[code] ?? 'malignant';
const shares = fc
  .array(fc.double({ min: 1e-4, max: 1, noNaN: true }), { minLength: codes.length, maxLength: codes.length })
  .map((values) => {
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => value / sum);
  });
const priors = shares.map((values) => Object.fromEntries(codes.map((code, k) => [code, values[k] ?? 0])));
const answers = shares.map((values) =>
  codes.map((code, k): ConditionProbability => ({ code, probability: values[k] ?? 0 })),
);
const chance = fc.double({ min: 0, max: 1, noNaN: true });

describe('the chances in a setting', () => {
  it('come from the likelihoods, not from what another prior has made of them', () => {
    const likelihoods = [
      { code: 'mel', probability: 0.9 },
      { code: 'nv', probability: 0.1 },
    ];
    const probabilities = [
      { code: 'mel', probability: 0.1 },
      { code: 'nv', probability: 0.9 },
    ];
    const prior = { mel: 0.01, nv: 0.99 };
    expect(chancesUnder({ likelihoods, probabilities }, prior)?.[0]?.probability).toBeCloseTo(1 / 12, 12);
    // What was read before there were likelihoods spoke for equally common conditions.
    expect(chancesUnder({ probabilities: likelihoods }, prior)?.[0]?.probability).toBeCloseTo(1 / 12, 12);
  });

  it('are none where the prior does not know a condition', () => {
    expect(chancesUnder({ probabilities: [{ code: 'wart', probability: 1 }] }, { nv: 1 })).toBeUndefined();
    expect(chancesUnder({ probabilities: [] }, { nv: 1 })).toBeUndefined();
  });

  it('put the cancers together', () => {
    fc.assert(
      fc.property(answers, priors, (probabilities, prior) => {
        const chances = chancesUnder({ probabilities }, prior) ?? [];
        const together = cancerChance(chances, kindOf);
        expect(together).toBeGreaterThanOrEqual(0);
        expect(together).toBeLessThanOrEqual(1);
        const benign = chances.filter(({ code }) => kindOf(code) === 'benign');
        expect(together + benign.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('grow with how common a cancer is there', () => {
    fc.assert(
      fc.property(
        answers,
        priors,
        fc.double({ min: 1, max: 50, noNaN: true }),
        (probabilities, prior, factor) => {
          const more = { ...prior, mel: (prior['mel'] ?? 0) * factor };
          const of = (each: typeof prior): number =>
            cancerChance(chancesUnder({ probabilities }, each) ?? [], kindOf);
          expect(of(more)).toBeGreaterThanOrEqual(of(prior) - 1e-12);
        },
      ),
    );
  });
});

describe('a frequency', () => {
  it.each<[number, Frequency]>([
    [0, { count: 1, bound: 'fewer' }],
    [0.0049, { count: 1, bound: 'fewer' }],
    [0.005, { count: 1, bound: 'about' }],
    [0.06, { count: 6, bound: 'about' }],
    [0.994, { count: 99, bound: 'about' }],
    [0.996, { count: 99, bound: 'more' }],
    [1, { count: 99, bound: 'more' }],
  ])('of %d is %o', (value, frequency) => {
    expect(frequencyOf(value)).toEqual(frequency);
  });

  it('is never none or all of a hundred, and never goes down as the chance goes up', () => {
    fc.assert(
      fc.property(chance, chance, (a, b) => {
        const [less, more] = [frequencyOf(Math.min(a, b)), frequencyOf(Math.max(a, b))];
        expect(less.count).toBeGreaterThanOrEqual(1);
        expect(more.count).toBeLessThanOrEqual(99);
        expect(less.count).toBeLessThanOrEqual(more.count);
      }),
    );
  });
});

describe('beside the advice', () => {
  it('no figure of a benign condition stands unless the advice is calm; one of a cancer always may', () => {
    const kinds = fc.constantFrom('benign', 'premalignant', 'malignant');
    fc.assert(
      fc.property(kinds, fc.constantFrom(...urgencies, undefined), (kind, step) => {
        expect(mayShowFigure(kind, step)).toBe(kind !== 'benign' || step === 'watch');
      }),
    );
  });

  it('a small chance is explained where the advice is urgent, and a large one where it is calm', () => {
    expect(toExplain('soon', 0.01)).toBe('small-but-urgent');
    expect(toExplain('weeks', 0.099)).toBe('small-but-urgent');
    expect(toExplain('soon', 0.1)).toBeUndefined();
    expect(toExplain('watch', 0.01)).toBeUndefined();
    expect(toExplain('watch', 0.1)).toBe('large-though-calm');
    expect(toExplain('cannot-tell', 0.01)).toBeUndefined();
    expect(toExplain('soon', undefined)).toBeUndefined();
  });
});

describe('a prior of one’s own', () => {
  const pack = { mel: 0.1, nv: 0.9 };

  it('is taken where it is sound and is of the same conditions', () => {
    const own = { mel: 0.3, nv: 0.7 };
    expect(priorIn(pack, own)).toBe(own);
    expect(priorIn(pack, undefined)).toBe(pack);
    expect(priorIn(pack, { mel: 0.3, nv: 0.6 })).toBe(pack);
    expect(priorIn(pack, { mel: 0, nv: 1 })).toBe(pack);
    expect(priorIn(pack, { mel: 0.3, wart: 0.7 })).toBe(pack);
    expect(priorIn(pack, { mel: 0.3, nv: 0.6, wart: 0.1 })).toBe(pack);
  });

  it('is sound where its shares are above 0 and together 1', () => {
    fc.assert(
      fc.property(priors, fc.constantFrom(...codes), (prior, code) => {
        expect(isSoundPrior(prior)).toBe(true);
        expect(isSoundPrior({ ...prior, [code]: 0 })).toBe(false);
        expect(isSoundPrior({ ...prior, [code]: (prior[code] ?? 0) + 0.01 })).toBe(false);
      }),
    );
    expect(isSoundPrior({})).toBe(false);
  });
});
