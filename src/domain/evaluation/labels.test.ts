import fc from 'fast-check';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { parseLabels, unknownLabels } from './labels';

const conditions = [
  { code: 'mel', name: 'Melanoma' },
  { code: 'nv', name: 'Melanocytic naevus' },
];

describe('labels', () => {
  it('keep the other columns, in any order, with a byte order mark and Windows line ends', () => {
    const text = '\uFEFFage,dx,file\r\n45,mel,"a, b.jpg"\r\n,none,c.png\r\n';
    expect(parseLabels(text, conditions)).toEqual([
      { file: 'a, b.jpg', dx: 'mel', code: 'mel', others: { age: '45' } },
      { file: 'c.png', dx: 'none', code: 'none', others: { age: '' } },
    ]);
  });

  it('say which columns they need', () => {
    expect(() => parseLabels('picture,dx\na.jpg,mel\n', conditions)).toThrow('"file" and "dx"');
  });

  it('are known in any case, and stay as they were written', () => {
    expect(parseLabels('file,dx\na,MEL\nb,Nv\nc,NONE\nd,wart\n', conditions)).toMatchObject([
      { dx: 'MEL', code: 'mel' },
      { dx: 'Nv', code: 'nv' },
      { dx: 'NONE', code: 'none' },
      { dx: 'wart', code: undefined },
    ]);
  });

  it('say which of them are unknown', () => {
    const labels = parseLabels('file,dx\na,mel\nb,wart\nc,wart\nd,\n', conditions);
    expect(unknownLabels(labels)).toEqual({ count: 3, names: ['wart', ''] });
    expect(unknownLabels(labels.slice(0, 1))).toBeUndefined();
  });

  it('are known by the names of the pack and of the ISIC archive', () => {
    const text =
      'isic_id,diagnosis,age\nISIC_1,melanocytic NAEVUS,45\nISIC_2,nevus,\nISIC_3,dermatofibroma,\n';
    expect(parseLabels(text, conditions)).toEqual([
      { file: 'ISIC_1', dx: 'melanocytic NAEVUS', code: 'nv', others: { age: '45' } },
      { file: 'ISIC_2', dx: 'nevus', code: 'nv', others: { age: '' } },
      { file: 'ISIC_3', dx: 'dermatofibroma', code: undefined, others: { age: '' } },
    ]);
  });

  it('may have a column for each condition, as in the ISIC challenges', () => {
    const text = 'image,MEL,NV,DF\na,0.0,1.0,0.0\nb,1.0,0.0,0.0\nc,0.0,0.0,1.0\nd,1,1,0\n';
    expect(parseLabels(text, conditions)).toMatchObject([
      { file: 'a', code: 'nv', others: { DF: '0.0' } },
      { file: 'b', code: 'mel' },
      { file: 'c', code: undefined },
      { file: 'd', code: undefined },
    ]);
    expect(() => parseLabels('image,MEL\na,1\n', conditions)).toThrow('"file" and "dx"');
  });

  it.each([';', '\t'])('may be separated by %j', (mark) => {
    const text = ['file;dx;note', 'a.jpg;mel;"x, y;z"'].join('\n').replaceAll(';', mark);
    expect(parseLabels(text, conditions)).toMatchObject([
      { file: 'a.jpg', code: 'mel', others: { note: `x, y${mark}z` } },
    ]);
  });

  it.each(['../secret.jpg', 'a/../../b.jpg', '..', 'a\\..\\..\\b.jpg'])(
    'name no file outside: %s',
    (file) => {
      expect(() => parseLabels(`file,dx\n${file},mel\n`, conditions)).toThrow('outside of the folder');
    },
  );

  it('may have two points inside of a name', () => {
    expect(parseLabels('file,dx\na..b.jpg,mel\n', conditions)).toHaveLength(1);
  });

  it('lose no column: two of one name are refused, those without a name get one', () => {
    expect(() => parseLabels('file,dx,age,age\na,mel,1,2\n', conditions)).toThrow('"age" twice');
    expect(parseLabels(',file,dx,\n0,a,mel,x\n', conditions)[0]?.others).toEqual({
      column_1: '0',
      column_4: 'x',
    });
  });

  it('of a header alone are none', () => {
    expect(parseLabels('file,dx\n', conditions)).toEqual([]);
  });

  it('come back from CSV as they were', () => {
    const cell = fc.string().map((text) => text.trim());
    const row = fc.record({ file: cell.filter((text) => text !== '' && !text.includes('..')), dx: cell });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        expect(parseLabels(stringify(rows, { header: true, quoted: true }), conditions)).toMatchObject(
          rows.map(({ file, dx }) => ({ file, dx, others: {} })),
        );
      }),
    );
  });
});
