import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataSetWords } from './words';

describe('words for where figures were measured', () => {
  const metrics = JSON.parse(readFileSync('public/model/metrics.json', 'utf8')) as Record<
    'figures' | 'sources' | 'comparison',
    readonly { readonly dataSet: string }[]
  >;
  const used = new Set(
    [...metrics.figures, ...metrics.sources, ...metrics.comparison].map(({ dataSet }) => dataSet),
  );

  it.each([...used])('has a name for the shipped pack’s data set %s', (dataSet) => {
    expect(dataSetWords(dataSet)).not.toBe(dataSet);
  });
});
