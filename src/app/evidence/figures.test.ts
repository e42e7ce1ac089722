import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Metrics } from '../../domain/pack/metrics';
import {
  cellOf,
  digitsOf,
  expectedAmong,
  groupFigures,
  nameOf,
  closest,
  nearestPoint,
  placesOf,
  wholeFigures,
  type Figure,
} from './figures';

function figure(place: string, name: string, part: Partial<Figure> = {}): Figure {
  const [dataSet = '', split = ''] = place.split('.');
  const id = `${place}.${name}`;
  return {
    id,
    label: name,
    dataSet,
    split,
    value: 0.5,
    interval: [0.4, 0.6],
    n: 9,
    runtime: 'wasm',
    ...part,
  };
}

const women = figure('ham.test', 'auc.mel@sex=female', { group: { factor: 'sex', value: 'female' } });
const metrics: Metrics = {
  generated: '',
  notes: [],
  figures: [figure('ham.test', 'accuracy'), women, figure('pad.validation', 'auc.mel')],
  confusion: [],
  history: [],
};

describe('figures', () => {
  it('are found by place and name, those of groups apart', () => {
    expect(placesOf(metrics)).toEqual([
      { dataSet: 'ham', split: 'test' },
      { dataSet: 'pad', split: 'validation' },
    ]);
    const place = { dataSet: 'ham', split: 'test' };
    expect([...wholeFigures(metrics, place).keys()]).toEqual(['accuracy']);
    expect(groupFigures(metrics, place)).toEqual([women]);
    expect(nameOf(women)).toBe('auc.mel');
  });

  it('are written as shares or numbers, by careful reading as well', () => {
    expect(['accuracy', 'auc.mel', 'calibrationError', 'setSize', 'careful.auc.mel'].map(digitsOf)).toEqual([
      'share',
      3,
      3,
      2,
      3,
    ]);
  });
});

describe('expectedAmong', () => {
  it('counts what a threshold does', () => {
    expect(expectedAmong(1000, 0.1, { sensitivity: 0.9, specificity: 0.8 })).toEqual({
      found: 90,
      missed: 10,
      alarms: 180,
      calm: 720,
      ppv: expect.closeTo(1 / 3, 12) as number,
      npv: expect.closeTo(72 / 73, 12) as number,
    });
  });

  it('loses no spot to rounding', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), share, share, (perThousand, sensitivity, specificity) => {
        const { found, missed, alarms, calm } = expectedAmong(1000, perThousand / 1000, {
          sensitivity,
          specificity,
        });
        expect(found + missed).toBe(perThousand);
        expect(found + missed + alarms + calm).toBe(1000);
        expect(Math.min(found, missed, alarms, calm)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('nearestPoint', () => {
  const roc = [0.9, 0.5, 0.1].map((threshold) => ({ threshold, sensitivity: 0, specificity: 0 }));

  it('finds the nearest threshold', () => {
    expect([1, 0.8, 0.45, 0.2, 0].map((threshold) => nearestPoint(roc, threshold))).toEqual([0, 0, 1, 2, 2]);
  });
});

it('closest finds the point of a curve with the nearest sensitivity and specificity', () => {
  const roc = [0, 0.5, 1].map((sensitivity) => ({
    threshold: 0.5,
    sensitivity,
    specificity: 1 - sensitivity,
  }));
  expect(closest(roc, { sensitivity: 0.6, specificity: 0.5 })).toBe(1);
  expect(closest(roc, { sensitivity: 0.9, specificity: 0.1 })).toBe(2);
  expect(closest([], { sensitivity: 0.9, specificity: 0.1 })).toBe(0);
});

describe('cellOf', () => {
  it('has the counts of its row and of its column', () => {
    expect(
      cellOf(
        [
          [3, 1],
          [2, 5],
        ],
        0,
        1,
      ),
    ).toEqual({ count: 1, ofTruth: 4, ofRead: 6 });
  });
});
