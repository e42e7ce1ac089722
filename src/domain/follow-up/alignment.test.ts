import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMask, encodeMask, type EncodedMask } from '../mask';
import { align } from './alignment';

/** An ellipse in a frame of 256 pixels; centre and axes in shares of the frame. */
function ellipse(x: number, y: number, long: number, short: number, turn: number): EncodedMask {
  const mask = emptyMask(256, 256);
  for (let row = 0; row < 256; row++) {
    for (let column = 0; column < 256; column++) {
      const [dx, dy] = [(column + 0.5) / 256 - 0.5 - x, (row + 0.5) / 256 - 0.5 - y];
      const u = (dx * Math.cos(turn) + dy * Math.sin(turn)) / long;
      const v = (dy * Math.cos(turn) - dx * Math.sin(turn)) / short;
      mask.data[row * 256 + column] = Number(u * u + v * v <= 1);
    }
  }
  return encodeMask(mask);
}

const small = fc.double({ min: -0.1, max: 0.1, noNaN: true });

describe('the alignment of two pictures', () => {
  it('finds the shift, the turn and the scale that were put in', () =>
    fc.assert(
      fc.property(
        small,
        small,
        fc.double({ min: -0.6, max: 0.6, noNaN: true }),
        fc.double({ min: 0.7, max: 1.3, noNaN: true }),
        (x, y, turn, scale) => {
          const first = ellipse(x, y, 0.2 * scale, 0.1 * scale, turn);
          const found = align(first, ellipse(0, 0, 0.2, 0.1, 0));
          expect(found?.x).toBeCloseTo(x, 1.9);
          expect(found?.y).toBeCloseTo(y, 1.9);
          expect(found?.turn).toBeCloseTo(turn, 1);
          expect(found?.scale).toBeCloseTo(scale, 1);
        },
      ),
      { numRuns: 20 },
    ));

  it('turns nothing that is round', () => {
    expect(align(ellipse(0, 0, 0.2, 0.19, 0.5), ellipse(0, 0, 0.2, 0.19, 0))?.turn).toBe(0);
  });

  it('leaves growth to be seen where the scale is known', () => {
    const found = align(ellipse(0, 0, 0.1, 0.1, 0), ellipse(0, 0, 0.2, 0.2, 0), [20, 20]);
    expect(found?.scale).toBe(1);
  });

  it('needs a lesion in both', () => {
    expect(align(encodeMask(emptyMask(8, 8)), ellipse(0, 0, 0.1, 0.1, 0))).toBeUndefined();
  });
});
