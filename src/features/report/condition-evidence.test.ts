import { expect, it } from 'vitest';
import type { Metrics } from '../../domain/pack/metrics';
import { classFigures } from './condition-evidence';

const figure = (id: string, value: number, n: number): Metrics['figures'][number] => {
  const [dataSet = '', split = ''] = id.split('.');
  return { id, label: id, dataSet, split, value, interval: [value - 0.05, value + 0.05], n, runtime: 'wasm' };
};

const metrics: Metrics = {
  generated: '2026-05-31',
  notes: [],
  confusion: [],
  history: [],
  figures: [
    figure('ham10000.test.recall.mel', 0.53, 223),
    figure('ham10000.test.specificity.mel', 0.9, 1783),
    figure('ham10000.test.auc.mel', 0.875, 2006),
    figure('ham10000.test.careful.recall.mel', 0.58, 223),
    figure('ham10000.test.recall.nv', 0.91, 1341),
    { ...figure('ham10000.test.recall.mel@sex=female', 0.1, 9), group: { factor: 'sex', value: 'female' } },
    figure('non_lesion.test.refused', 0.99, 500),
  ],
};

it('takes the figures of the class, as it was read, from every data set that has some', () => {
  const rows = classFigures(metrics, 'mel', false);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toHaveLength(4);
  expect(rows[0]?.[1]).toMatch(/^53\.0\s%.*48\.0.*58\.0.*223/);
  expect(rows[0]?.[3]).toMatch(/^0\.875.*2,?006/);
});

it('says nothing where there is no figure', () => {
  expect(classFigures(metrics, 'mel', true)[0]?.slice(2)).toEqual(['–', '–']);
  expect(classFigures(metrics, 'vasc', false)).toEqual([]);
});
