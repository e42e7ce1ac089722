import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changes, same, threeWay } from './three-way';

/** Few values, so that two sides often agree by chance. */
const value = fc.constantFrom<unknown>(
  null,
  '',
  'a',
  'b',
  0,
  { code: 'mel', text: '' },
  { text: '', code: 'mel' },
);
const row = fc.record({ a: value, b: value, c: value });
type Row = Record<'a' | 'b' | 'c', unknown>;
const fields = ['a', 'b', 'c'] as const;

describe('a three-way merge of fields', () => {
  it('keeps every change that one side alone has made', () => {
    fc.assert(
      fc.property(row, row, row, (base, mine, theirs) => {
        const { merged, conflicts } = threeWay<Row>(base, mine, theirs);
        for (const field of fields) {
          if (conflicts.includes(field)) continue;
          if (!same(mine[field], base[field])) expect(same(merged[field], mine[field])).toBe(true);
          else expect(merged[field]).toBe(theirs[field]);
        }
      }),
    );
  });

  it('asks exactly about fields that both have changed, each in its own way', () => {
    fc.assert(
      fc.property(row, row, row, (base, mine, theirs) => {
        const expected = fields.filter(
          (field) =>
            !same(mine[field], base[field]) &&
            !same(theirs[field], base[field]) &&
            !same(mine[field], theirs[field]),
        );
        expect(threeWay<Row>(base, mine, theirs).conflicts).toEqual(expected);
      }),
    );
  });

  it('asks about the same fields whichever side is asked, and otherwise comes to the same row', () => {
    fc.assert(
      fc.property(row, row, row, (base, mine, theirs) => {
        const [one, other] = [threeWay<Row>(base, mine, theirs), threeWay<Row>(base, theirs, mine)];
        expect(one.conflicts).toEqual(other.conflicts);
        for (const field of fields) {
          if (!one.conflicts.includes(field)) expect(same(one.merged[field], other.merged[field])).toBe(true);
        }
      }),
    );
  });

  it('changes nothing where nobody has changed anything', () => {
    fc.assert(
      fc.property(row, row, (base, theirs) => {
        expect(threeWay<Row>(base, base, theirs)).toEqual({ merged: theirs, conflicts: [] });
        expect(threeWay<Row>(base, theirs, base)).toEqual({
          merged: { ...base, ...changes(base, theirs) },
          conflicts: [],
        });
      }),
    );
  });

  it('comes to the end: its result, taken as the new base, leaves nothing to ask', () => {
    fc.assert(
      fc.property(row, row, row, (base, mine, theirs) => {
        const { merged } = threeWay<Row>(base, mine, theirs);
        expect(threeWay<Row>(theirs, merged, theirs)).toEqual({ merged, conflicts: [] });
      }),
    );
  });

  it('takes values for alike whatever the order of their keys, and only then', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const copy: unknown = JSON.parse(JSON.stringify(a));
        expect(same(copy, JSON.parse(JSON.stringify(copy)))).toBe(true);
        expect(same({ a, b }, { b, a })).toBe(true);
        expect(same(a, b)).toBe(same(b, a));
      }),
    );
    expect(same([], {})).toBe(false);
    expect(same({ a: undefined }, { b: undefined })).toBe(false);
  });
});
