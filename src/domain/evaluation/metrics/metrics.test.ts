/*
 * The expected values were computed once with scikit-learn 1.9 and scipy 1.17:
 *
 *   truth = np.array([(i * i + i // 3) % 3 for i in range(40)])
 *   raw = np.array([[(i * 7 + k * 5) % 11 + 1 + (6 if truth[i] == k and i % 4 else 0)
 *                    for k in range(3)] for i in range(40)], float)
 *   p = raw / raw.sum(1, keepdims=True); top = p.argmax(1); c = p.max(1)
 *   confusion_matrix(truth, top); accuracy_score(truth, top); balanced_accuracy_score(truth, top)
 *   recall_score(truth, top, average=None); [recall_score(truth != k, top != k) for k in range(3)]
 *   [roc_auc_score(truth == k, p[:, k]) for k in range(3)]
 *   roc_auc_score(truth == 1, np.floor(p[:, 1] * 6))
 *   bin = np.ceil(c * 15) - 1
 *   sum(abs((top == truth)[bin == b].mean() - c[bin == b].mean()) * (bin == b).mean() for b in np.unique(bin))
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationError } from './calibration';
import {
  accuracy,
  argmax,
  balancedAccuracy,
  confusionMatrix,
  recall,
  specificity,
  type Scored,
} from './classification';
import type { Share } from '../../agreement/shares';
import { bootstrap } from './intervals';
import { areaUnderCurve } from './ranking';

const scored: Scored[] = Array.from({ length: 40 }, (_, i) => {
  const truth = (i * i + Math.floor(i / 3)) % 3;
  const raw = [0, 1, 2].map((k) => ((i * 7 + k * 5) % 11) + 1 + (truth === k && i % 4 !== 0 ? 6 : 0));
  const sum = raw.reduce((a, b) => a + b, 0);
  return { truth, probabilities: raw.map((value) => value / sum) };
});
const confusion = confusionMatrix(scored, 3);
const value = ({ hits, n }: Share): number => hits / n;

const anyScored = fc.array(
  fc
    .tuple(fc.nat(3), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 4, maxLength: 4 }))
    .map(([truth, raw]): Scored => {
      const sum = raw.reduce((a, b) => a + b, 0);
      return { truth, probabilities: raw.map((part) => part / sum) };
    }),
  { minLength: 1, maxLength: 60 },
);

describe('counts', () => {
  it('agree with scikit-learn', () => {
    expect(confusion).toEqual([
      [10, 2, 1],
      [7, 8, 0],
      [1, 4, 7],
    ]);
    expect(value(accuracy(confusion))).toBeCloseTo(0.625, 12);
    expect(balancedAccuracy(confusion)).toBeCloseTo(0.6286324786324786, 12);
    const recalls = [0.7692307692307693, 0.5333333333333333, 0.5833333333333334];
    recalls.forEach((expected, k) => expect(value(recall(confusion, k))).toBeCloseTo(expected, 12));
    const specificities = [0.7037037037037037, 0.76, 0.9642857142857143];
    specificities.forEach((expected, k) =>
      expect(value(specificity(confusion, k))).toBeCloseTo(expected, 12),
    );
  });

  it('leave out of the balanced accuracy the classes that do not occur', () => {
    const pictures = [
      { truth: 0, probabilities: [1, 0, 0] },
      { truth: 0, probabilities: [0, 1, 0] },
      { truth: 1, probabilities: [0, 1, 0] },
    ];
    expect(balancedAccuracy(confusionMatrix(pictures, 3))).toBe(0.75);
  });

  it('count every picture once', () => {
    fc.assert(
      fc.property(anyScored, (items) => {
        const counts = confusionMatrix(items, 4);
        expect(accuracy(counts).n).toBe(items.length);
        for (let k = 0; k < 4; k++) expect(recall(counts, k).n + specificity(counts, k).n).toBe(items.length);
      }),
    );
  });

  it('take the first of equal probabilities, as argmax of numpy does', () => {
    expect(argmax([0.2, 0.4, 0.4])).toBe(1);
  });
});

describe('the area under the curve', () => {
  it('agrees with scikit-learn', () => {
    const expected = [0.7977207977207978, 0.7413333333333333, 0.875];
    expected.forEach((area, k) => {
      const items = scored.map((item) => ({ score: item.probabilities[k] ?? 0, positive: item.truth === k }));
      expect(areaUnderCurve(items)).toBeCloseTo(area, 12);
    });
  });

  it('counts equal scores half', () => {
    const items = scored.map((item) => ({
      score: Math.floor((item.probabilities[1] ?? 0) * 6),
      positive: item.truth === 1,
    }));
    expect(areaUnderCurve(items)).toBeCloseTo(0.7506666666666667, 12);
  });

  it('is NaN when one group is missing', () => {
    expect(areaUnderCurve([{ score: 1, positive: true }])).toBeNaN();
  });

  it('is turned round by turning the scores round', () => {
    const item = fc.record({ score: fc.integer({ min: 0, max: 9 }), positive: fc.boolean() });
    fc.assert(
      fc.property(fc.array(item, { minLength: 2, maxLength: 40 }), (items) => {
        fc.pre(items.some(({ positive }) => positive) && items.some(({ positive }) => !positive));
        const turned = items.map(({ score, positive }) => ({ score: -score, positive }));
        expect(areaUnderCurve(turned)).toBeCloseTo(1 - areaUnderCurve(items), 12);
      }),
    );
  });
});

describe('intervals', () => {
  it('of the bootstrap come near those of the normal distribution of a mean', () => {
    const items = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const mean = (sample: readonly number[]): number => sample.reduce((a, b) => a + b, 0) / sample.length;
    const [low, high] = bootstrap(items, mean);
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400);
    expect(low).toBeCloseTo(0.25 - half, 2);
    expect(high).toBeCloseTo(0.25 + half, 2);
  });

  it('of the bootstrap are the same every time', () => {
    const statistic = (sample: readonly Scored[]): number => balancedAccuracy(confusionMatrix(sample, 3));
    expect(bootstrap(scored, statistic, { draws: 50 })).toEqual(bootstrap(scored, statistic, { draws: 50 }));
  });
});

describe('the calibration error', () => {
  it('agrees with the definition in numpy', () => {
    expect(calibrationError(scored)).toBeCloseTo(0.14975363350619278, 12);
  });

  it('is none for a model that is always right and sure, and whole for one that is always wrong', () => {
    expect(calibrationError([{ truth: 0, probabilities: [1, 0] }])).toBe(0);
    expect(calibrationError([{ truth: 1, probabilities: [1, 0] }])).toBe(1);
  });

  it('lies between 0 and 1', () => {
    fc.assert(
      fc.property(anyScored, (items) => {
        expect(calibrationError(items)).toBeGreaterThanOrEqual(0);
        expect(calibrationError(items)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
