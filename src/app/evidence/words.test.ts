import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { dataSetWords, placeWords } from './words';

describe('words for where figures were measured', () => {
  const metrics = JSON.parse(readFileSync('public/model/metrics.json', 'utf8')) as Record<
    'figures' | 'sources' | 'comparison',
    readonly { readonly dataSet: string }[]
  >;
  const used = new Set(
    [...metrics.figures, ...metrics.sources, ...metrics.comparison].map(({ dataSet }) => dataSet),
  );

  it.each([...used])('has a name for the shipped pack’s data set %s', (dataSet) => {
    const idAsWords = dataSet.replaceAll(/[_-]/g, ' ');
    expect(dataSetWords(dataSet).toLowerCase()).not.toBe(idAsWords);
  });

  it('name a data set that the app does not know by its id, as words', () => {
    expect(placeWords({ dataSet: 'malaria_cells', split: 'test' })).toBe('Malaria cells, test');
    expect(['blood-smears', 'PH2', '__'].map(dataSetWords)).toEqual(['Blood smears', 'PH2', '__']);
  });
});
