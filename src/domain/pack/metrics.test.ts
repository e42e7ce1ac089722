import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from './metrics';

const shipped: unknown = JSON.parse(readFileSync('public/model/metrics.json', 'utf8'));

const figure = {
  id: 'ham10000.test.accuracy',
  label: 'Accuracy',
  dataSet: 'ham10000',
  split: 'test',
  value: 0.8,
  interval: [0.7, 0.9],
  n: 100,
  runtime: 'wasm',
};
const least = { generated: '2026-11-25', notes: [], figures: [figure], confusion: [], history: [] };

describe('parseMetrics', () => {
  it('takes the figures of the shipped pack', () => {
    expect(parseMetrics(shipped).figures.length).toBeGreaterThan(20);
  });

  it('takes what has no curves, no comparison and no sources', () => {
    expect(parseMetrics(least)).toEqual(least);
  });

  it('keeps groups, curves, rivals and sources', () => {
    const estimate = { value: 0.7, interval: [0.6, 0.8] };
    const where = { dataSet: 'ham10000', split: 'test' };
    const whole = {
      ...least,
      figures: [{ ...figure, id: `${figure.id}@sex=female`, group: { factor: 'sex', value: 'female' } }],
      confusion: [{ ...where, classes: ['mel', 'nv'], counts: [[3, 1], [0, 9]] }], // prettier-ignore
      curves: [
        {
          ...where,
          n: 13,
          positives: 4,
          roc: [{ threshold: 0.5, sensitivity: 0.9, specificity: 0.8 }],
          calibration: [{ low: 0, high: 1 / 15, confidence: 0.05, accuracy: 0.1, n: 3 }],
          underPriors: [
            {
              prior: 'home',
              calibration: [{ low: 0, high: 1 / 15, confidence: 0.04, accuracy: 0.2, n: 3 }],
            },
          ],
        },
      ],
      history: [{ epoch: 1, size: 160, loss: 1.2, accuracy: 0.5, valLoss: 1.1, valAccuracy: 0.6 }],
      comparison: [
        {
          id: 'svm',
          name: 'SVM',
          note: '',
          family: 'handmade',
          ...where,
          splitBy: 'lesion',
          n: 13,
          accuracy: estimate,
          balancedAccuracy: estimate,
          confusion: { classes: ['mel', 'nv'], counts: [[3, 1], [0, 9]] }, // prettier-ignore
          history: [{ epoch: 1, loss: 2, accuracy: 0.4, valLoss: 2.1, valAccuracy: 0.3 }],
        },
      ],
      sources: [{ leftOut: 'pad_ufes20', ...where, name: 'auc.mel', ...estimate, n: 13, withAll: estimate }],
    };
    expect(parseMetrics(whole)).toEqual(whole);
  });

  it.each([
    ['a figure without an interval', { figures: [{ ...figure, interval: null }] }],
    ['a figure that is no number', { figures: [{ ...figure, value: '0.8' }] }],
    ['an unknown factor', { figures: [{ ...figure, group: { factor: 'shoe', value: '44' } }] }],
    [
      'a matrix that is not square',
      { confusion: [{ dataSet: 'a', split: 'test', classes: ['mel', 'nv'], counts: [[1], [2]] }] },
    ],
    ['a share above one', { history: [{ epoch: 1, valAccuracy: 61 }] }],
  ])('refuses %s', (_, broken) => {
    expect(() => parseMetrics({ ...least, ...broken })).toThrow('pack-damaged');
  });
});
