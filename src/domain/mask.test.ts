import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMask, emptyMask, encodeMask, type Mask } from './mask';

const masks: fc.Arbitrary<Mask> = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }))
  .chain(([width, height]) =>
    fc
      .array(fc.integer({ min: 0, max: 1 }), { minLength: width * height, maxLength: width * height })
      .map((values) => ({ width, height, data: Uint8Array.from(values) })),
  );

describe('the run lengths of a mask', () => {
  it('begin with what is outside', () => {
    const mask = { width: 3, height: 2, data: Uint8Array.of(1, 1, 0, 0, 1, 1) };
    expect(encodeMask(mask)).toEqual({ width: 3, height: 2, runs: [0, 2, 2, 2] });
    expect(encodeMask(emptyMask(3, 2)).runs).toEqual([6]);
  });

  it('give the mask back, through JSON too', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const kept = JSON.stringify(encodeMask(mask));
        expect(decodeMask(JSON.parse(kept) as ReturnType<typeof encodeMask>)).toEqual(mask);
      }),
    );
  });

  it('are never longer than they must be', () => {
    fc.assert(
      fc.property(masks, (mask) => {
        const { runs } = encodeMask(mask);
        expect(runs.slice(1).every((length) => length > 0)).toBe(true);
        expect(runs.reduce((sum, length) => sum + length, 0)).toBe(mask.data.length);
      }),
    );
  });

  it.each([
    ['too few', { width: 2, height: 2, runs: [3] }],
    ['too many', { width: 2, height: 2, runs: [3, 2] }],
    ['none', { width: 2, height: 2, runs: [] }],
    ['negative', { width: 2, height: 2, runs: [5, -1] }],
    ['empty in the middle', { width: 2, height: 2, runs: [2, 0, 2] }],
    ['broken', { width: 2, height: 2, runs: [1.5, 2.5] }],
    ['of no size', { width: 0, height: 2, runs: [] }],
    ['of a monstrous size', { width: 1e9, height: 1e9, runs: [1e18] }],
    ['of no number', { width: NaN, height: 2, runs: [2] }],
  ])('are refused when they are %s', (_, encoded) => {
    expect(() => decodeMask(encoded)).toThrow(RangeError);
  });
});
