import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewCount, viewOf } from './views';

const all = Array.from({ length: viewCount }, (_, view) => view);

/** Red values only, so that a picture can be written as a square of numbers. */
function picture(rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat().flatMap((value) => [value, value + 0.25, value + 0.5]));
}

const square = picture([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
]);

const anySquare = fc
  .integer({ min: 1, max: 6 })
  .chain((side) =>
    fc
      .float32Array({ minLength: side * side * 3, maxLength: side * side * 3, noNaN: true })
      .map((pixels) => ({ side, pixels })),
  );

describe('viewOf', () => {
  it('turns clockwise', () => {
    const turned = picture([
      [7, 4, 1],
      [8, 5, 2],
      [9, 6, 3],
    ]);
    expect(viewOf(square, 3, 1)).toEqual(turned);
  });

  it('mirrors before it turns', () => {
    const mirrored = picture([
      [3, 2, 1],
      [6, 5, 4],
      [9, 8, 7],
    ]);
    expect(viewOf(square, 3, 4)).toEqual(mirrored);
    for (const turns of [1, 2, 3]) {
      expect(viewOf(square, 3, 4 + turns)).toEqual(viewOf(mirrored, 3, turns));
    }
  });

  it('shows every way in which a square can lie, once', () => {
    expect(new Set(all.map((view) => viewOf(square, 3, view).join())).size).toBe(8);
    expect(viewOf(square, 3, 0)).toEqual(square);
  });

  it('comes back by four turns, and by mirroring twice', () => {
    fc.assert(
      fc.property(anySquare, ({ side, pixels }) => {
        expect([1, 1, 1, 1].reduce((turned, view) => viewOf(turned, side, view), pixels)).toEqual(pixels);
        expect(viewOf(viewOf(pixels, side, 4), side, 4)).toEqual(pixels);
        expect(viewOf(viewOf(pixels, side, 1), side, 1)).toEqual(viewOf(pixels, side, 2));
      }),
    );
  });

  it('moves pixels and changes none', () => {
    fc.assert(
      fc.property(anySquare, fc.constantFrom(...all), ({ side, pixels }, view) => {
        const triples = (values: Float32Array): string[] =>
          Array.from({ length: side * side }, (_, i) => values.slice(3 * i, 3 * i + 3).join()).sort();
        expect(triples(viewOf(pixels, side, view))).toEqual(triples(pixels));
      }),
    );
  });
});
