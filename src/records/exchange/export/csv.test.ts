import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv';

const text = fc.string({
  unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', ';', "'", ' ', 'a', 'é'),
});

describe('a table as CSV', () => {
  it('is read back as it was, but for what marks a formula as text', () => {
    const tables = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1 }));
    fc.assert(
      fc.property(tables, fc.boolean(), (rows, mark) => {
        const found: string[][] = parse(csvOf(rows, { mark }), { bom: true, record_delimiter: '\r\n' });
        expect(found.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n])/, '')))).toEqual(
          rows.map((row) => row.map((cell) => cell.replace(/^'(?=[=+\-@\t\r\n])/, ''))),
        );
        for (const cell of found.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r\n]/);
      }),
    );
  });

  it('leaves numbers alone, and nothing where there is nothing', () => {
    expect(csvOf([[-1.5, true, null, undefined, '']], { mark: false })).toBe('-1.5,true,,,\r\n');
    expect(csvOf([['-1.5']], { mark: true })).toBe("\uFEFF'-1.5\r\n");
  });
});
