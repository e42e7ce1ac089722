import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { parseLabels, unknownLabels } from './labels.ts';

const codes = ['mel', 'nv'];

describe('labels', () => {
  it('keep the other columns, in any order, with a byte order mark and Windows line ends', () => {
    const text = '\uFEFFage,dx,file\r\n45,mel,"a, b.jpg"\r\n,none,c.png\r\n';
    expect(parseLabels(text, codes)).toEqual([
      { file: 'a, b.jpg', dx: 'mel', code: 'mel', others: { age: '45' } },
      { file: 'c.png', dx: 'none', code: 'none', others: { age: '' } },
    ]);
  });

  it('say which columns they need', () => {
    expect(() => parseLabels('image,dx\na.jpg,mel\n', codes)).toThrow('"file" and "dx"');
  });

  it('are known in any case, and stay as they were written', () => {
    expect(parseLabels('file,dx\na,MEL\nb,Nv\nc,NONE\nd,wart\n', codes)).toMatchObject([
      { dx: 'MEL', code: 'mel' },
      { dx: 'Nv', code: 'nv' },
      { dx: 'NONE', code: 'none' },
      { dx: 'wart', code: undefined },
    ]);
  });

  it('say which of them are unknown, and which are known', () => {
    const labels = parseLabels('file,dx\na,mel\nb,wart\nc,wart\nd,\n', codes);
    expect(unknownLabels(labels, codes)).toMatch(
      /^3 of 4 pictures .*"wart", "".* Known labels: mel, nv, none\.$/,
    );
    expect(unknownLabels(labels.slice(0, 1), codes)).toBeUndefined();
  });

  it.each(['../secret.jpg', 'a/../../b.jpg', '..', 'a\\..\\..\\b.jpg'])(
    'name no file outside: %s',
    (file) => {
      expect(() => parseLabels(`file,dx\n${file},mel\n`, codes)).toThrow('outside of the folder');
    },
  );

  it('may have two points inside of a name', () => {
    expect(parseLabels('file,dx\na..b.jpg,mel\n', codes)).toHaveLength(1);
  });

  it('lose no column: two of one name are refused, those without a name get one', () => {
    expect(() => parseLabels('file,dx,age,age\na,mel,1,2\n', codes)).toThrow('"age" twice');
    expect(parseLabels(',file,dx,\n0,a,mel,x\n', codes)[0]?.others).toEqual({ column_1: '0', column_4: 'x' });
  });

  it('of a header alone are none', () => {
    expect(parseLabels('file,dx\n', codes)).toEqual([]);
  });

  it('come back from CSV as they were', () => {
    const cell = fc.string().map((text) => text.trim());
    const row = fc.record({ file: cell.filter((text) => text !== '' && !text.includes('..')), dx: cell });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(parseLabels(stringify(rows, { header: true, quoted: true }), codes)).toMatchObject(
          rows.map(({ file, dx }) => ({ file, dx, others: {} })),
        );
      }),
    );
  });
});
