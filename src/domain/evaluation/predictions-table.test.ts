import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Label } from './labels';
import type { Outcome } from './outcome';
import { PredictionsTable, type PredictionColumns } from './predictions-table';
import { outcomes } from './testdata/outcomes';

const columns: PredictionColumns = { codes: ['mel', 'nv', 'bcc'], prior: 'equal', views: false, masks: true };

function written(items: readonly Outcome[], choice = columns): Record<string, string>[] {
  const table = new PredictionsTable(
    choice,
    items.map(({ label }) => label),
  );
  const text = stringify([table.header, ...items.map((item) => table.row(item))].map((row) => [...row]));
  return parse(text, { columns: true });
}

describe('a row of predictions.csv', () => {
  const rows = written(outcomes);

  it('has all columns', () => {
    expect(Object.keys(rows[0] ?? {}).join()).toBe(
      'file,dx,predicted,p_mel,p_nv,p_bcc,p_lesion,accepted,quality,set,flags,domain,crop,prior,milliseconds,dice,iou,attention_inside,outline_error,error,site',
    );
    expect(rows[0]).toMatchObject({
      predicted: 'mel',
      p_mel: '0.700000',
      flags: 'screening',
      domain: 'dermatoscope',
      crop: '10 0 200',
      prior: 'equal',
      dice: '0.9000',
    });
    expect(rows[1]).toMatchObject({ predicted: 'nv', set: 'nv mel', accepted: 'true', error: '' });
  });

  it('says why a picture has no comparison with the experts’ outline', () => {
    expect(rows.map((row) => row['outline_error'])).toEqual(['', '', '', 'worker-lost', '', '', '', '']);
  });

  it('says why it has no prediction', () => {
    expect(rows.at(-1)).toMatchObject({
      file: 'gone.jpg',
      predicted: '',
      p_mel: '',
      error: 'file-missing',
      site: 'arm',
    });
  });

  it('says how many views agree, where several were read', () => {
    const [first] = outcomes;
    const careful = {
      ...first,
      prediction: { ...first?.prediction, views: { count: 8, agree: 5 } },
    } as Outcome;
    expect(written([careful], { ...columns, views: true })[0]).toMatchObject({ views_agree: '5' });
  });

  it('keeps every column of the labels, also one with a name of ours', () => {
    const label: Label = {
      file: 'a',
      dx: 'NV',
      code: 'nv',
      others: { predicted: 'old', prior: 'older', label_prior: 'oldest' },
    };
    expect(written([{ label, error: 'file-missing' }])).toMatchObject([
      {
        dx: 'NV',
        predicted: '',
        error: 'file-missing',
        label_predicted: 'old',
        label_label_prior: 'older',
        label_prior: 'oldest',
      },
    ]);
  });

  it('loses no cell of the labels, whatever the columns are called', () => {
    const name = fc.oneof(fc.constantFrom('predicted', 'label_predicted', 'error', 'prior'), fc.string());
    const named = name.filter(
      (text) => text !== 'file' && text !== 'dx' && text.trim() === text && text !== '',
    );
    fc.assert(
      fc.property(fc.dictionary(named, fc.string({ unit: 'grapheme-ascii' })), (others) => {
        const [row] = written([
          { label: { file: 'a', dx: 'nv', code: 'nv', others }, error: 'file-missing' },
        ]);
        const values = Object.values(row ?? {});
        for (const value of Object.values(others)) expect(values).toContain(value);
        expect(row).toMatchObject({ file: 'a', dx: 'nv', error: 'file-missing' });
      }),
    );
  });
});
