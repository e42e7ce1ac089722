import { describe, expect, it } from 'vitest';
import type { Metrics } from '../pack/metrics';
import { isFew, testedOnSkin } from './skin-evidence';

const figure = (id: string, n: number, value?: string): Metrics['figures'][number] => {
  const [dataSet = '', split = ''] = id.split('.');
  const group = value === undefined ? undefined : { factor: 'skinType' as const, value };
  return { id, label: id, dataSet, split, value: 0.5, interval: [0.4, 0.6], n, runtime: 'wasm', group };
};

const figures = [
  figure('phones.test.accuracy', 90),
  figure('phones.test.accuracy@skinType=2', 59, '2'),
  figure('phones.test.balancedAccuracy@skinType=2', 59, '2'),
  figure('phones.test.careful.accuracy@skinType=2', 59, '2'),
  figure('clinics.test.accuracy@skinType=2', 5, '2'),
  figure('phones.validation.accuracy@skinType=6', 40, '6'),
  figure('phones.test.accuracy@skinType=4', 1, '4'),
];

describe('the evidence for a type of skin', () => {
  it('is counted once over the test pictures of all data sets', () => {
    expect(testedOnSkin({ figures }, 2)).toBe(64);
    expect(testedOnSkin({ figures }, 4)).toBe(1);
    expect(testedOnSkin({ figures }, 6)).toBe(0);
  });

  it('is unknown where nothing is reported by skin type', () => {
    expect(testedOnSkin({ figures: figures.slice(0, 1) }, 2)).toBeUndefined();
  });

  it('is little under twenty pictures', () => {
    expect([0, 19, 20].map(isFew)).toEqual([true, true, false]);
  });
});
