import { parse } from 'csv-parse/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf, typed } from './csv';

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
        expect(found.map((row) => row.map((cell) => cell.replace(/^'(?=\s*[=+\-@]|[\t\r\n])/, '')))).toEqual(
          rows.map((row) => row.map((cell) => cell.replace(/^'(?=\s*[=+\-@]|[\t\r\n])/, ''))),
        );
        for (const cell of found.flat()) expect(cell).not.toMatch(/^\s*[=+\-@]|^[\t\r\n]/);
      }),
    );
  });

  it('leaves numbers alone, and nothing where there is nothing', () => {
    expect(csvOf([[-1.5, true, null, undefined, '']], { mark: false })).toBe('-1.5,true,,,\r\n');
    expect(csvOf([['-1.5']], { mark: true })).toBe("\uFEFF'-1.5\r\n");
  });

  it.each([' =1+1', '\u00a0=cmd|x', '\u200b@SUM(A1)', '\ufeff+1', '\u2003-2'])(
    'marks a formula behind what is not seen: %j',
    (cell) => {
      expect(csvOf([[cell]], { mark: false })).toBe(`'${cell}\r\n`);
    },
  );

  it.each(['0012345', '1-2', '3E10', '4/5', '12:30', '2 May', 'MAR1', '1.5', '1,5', '50%', ' 007'])(
    'keeps what a person typed as text: %j',
    (id) => {
      const row = csvOf([[typed(id)]], { mark: false });
      expect(row.replaceAll('"', '')).toBe(`'${id}\r\n`);
    },
  );

  it.each(['Ada Quill', 'K-4711', 'below the left shoulder', 'seen 3 times, grows', ''])(
    'leaves %j as it is',
    (text) => {
      expect(csvOf([[typed(text)]], { mark: false }).replaceAll('"', '')).toBe(`${text}\r\n`);
    },
  );
});
