import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConditionProbability } from '../prediction';
import { underPrior, type Prior } from './priors';

const codes = ['akiec', 'bcc', 'mel', 'nv'];
const shares = fc
  .array(fc.double({ min: 1e-4, max: 1, noNaN: true }), { minLength: codes.length, maxLength: codes.length })
  .map((values) => {
    const sum = values.reduce((total, value) => total + value, 0);
    return values.map((value) => value / sum);
  });
const priors = shares.map((values): Prior =>
  Object.fromEntries(codes.map((code, k) => [code, values[k] ?? 0])),
);
const answers = shares.map((values) =>
  codes.map((code, k): ConditionProbability => ({ code, probability: values[k] ?? 0 })),
);

const close = (found: readonly ConditionProbability[], expected: readonly ConditionProbability[]): void => {
  expect(found.map(({ code }) => code)).toEqual(expected.map(({ code }) => code));
  for (const [k, { probability }] of found.entries()) {
    expect(probability).toBeCloseTo(expected[k]?.probability ?? NaN, 10);
  }
};

describe('underPrior', () => {
  it('is Bayes’ rule: a rare disease stays unlikely after a test that is right nine times of ten', () => {
    const answer = [
      { code: 'mel', probability: 0.9 },
      { code: 'nv', probability: 0.1 },
    ];
    // 0.9 * 0.01 / (0.9 * 0.01 + 0.1 * 0.99)
    expect(underPrior(answer, { mel: 0.01, nv: 0.99 })[0]?.probability).toBeCloseTo(1 / 12, 12);
  });

  it('gives probabilities: 0..1, together 1', () => {
    fc.assert(
      fc.property(answers, priors, (answer, prior) => {
        const found = underPrior(answer, prior);
        for (const { probability } of found) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
        expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 10);
      }),
    );
  });

  it('changes nothing where all are equally common', () => {
    const equal = Object.fromEntries(codes.map((code) => [code, 1 / codes.length]));
    fc.assert(fc.property(answers, (answer) => close(underPrior(answer, equal), answer)));
  });

  it('shifts the odds of two conditions by the ratio of their priors', () => {
    fc.assert(
      fc.property(answers, priors, (answer, prior) => {
        const found = underPrior(answer, prior);
        const odds = (list: readonly ConditionProbability[]): number =>
          (list[2]?.probability ?? NaN) / (list[3]?.probability ?? NaN);
        const expected = (odds(answer) * (prior['mel'] ?? NaN)) / (prior['nv'] ?? NaN);
        expect(odds(found) / expected).toBeCloseTo(1, 8);
      }),
    );
  });

  it('can be undone by the inverse prior, and knows only ratios', () => {
    fc.assert(
      fc.property(answers, priors, fc.integer({ min: 1, max: 1000 }), (answer, prior, factor) => {
        const inverse = Object.fromEntries(codes.map((code) => [code, factor / (prior[code] ?? NaN)]));
        close(underPrior(underPrior(answer, prior), inverse), answer);
      }),
    );
  });

  it('refuses a prior that does not know a condition', () => {
    const answer = [{ code: 'mel', probability: 1 }];
    expect(() => underPrior(answer, { nv: 1 })).toThrow(RangeError);
    expect(() => underPrior(answer, { mel: 0 })).toThrow(RangeError);
  });
});
