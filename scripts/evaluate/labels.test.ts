import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { parseLabels } from './labels.ts';

describe('labels', () => {
  it('keep the other columns, in any order, with a byte order mark and Windows line ends', () => {
    const text = '\uFEFFage,dx,file\r\n45,mel,"a, b.jpg"\r\n,none,c.png\r\n';
    expect(parseLabels(text)).toEqual([
      { file: 'a, b.jpg', dx: 'mel', others: { age: '45' } },
      { file: 'c.png', dx: 'none', others: { age: '' } },
    ]);
  });

  it('say which columns they need', () => {
    expect(() => parseLabels('image,dx\na.jpg,mel\n')).toThrow('"file" and "dx"');
  });

  it('of a header alone are none', () => {
    expect(parseLabels('file,dx\n')).toEqual([]);
  });

  it('come back from CSV as they were', () => {
    const cell = fc.string().map((text) => text.trim());
    const row = fc.record({ file: cell.filter((text) => text !== ''), dx: cell });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(parseLabels(stringify(rows, { header: true, quoted: true }))).toEqual(
          rows.map(({ file, dx }) => ({ file, dx, others: {} })),
        );
      }),
    );
  });
});
