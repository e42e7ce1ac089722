import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { painted } from './brush';
import { emptyMask } from './mask';

const place = fc.record({
  x: fc.double({ min: -10, max: 50, noNaN: true }),
  y: fc.double({ min: -10, max: 50, noNaN: true }),
});
const sum = (data: Uint8Array): number => data.reduce((total, value) => total + value, 0);

describe('a stroke of the brush', () => {
  it('is a disc where it stands still, and a sausage where it moves', () => {
    const disc = painted(emptyMask(40, 40), { x: 20, y: 20 }, { x: 20, y: 20 }, 8, 1);
    expect(sum(disc.data) / (Math.PI * 64)).toBeCloseTo(1, 1);
    const stroke = painted(emptyMask(40, 40), { x: 10, y: 20 }, { x: 30, y: 20 }, 5, 1);
    expect(sum(stroke.data) / (Math.PI * 25 + 200)).toBeCloseTo(1, 1);
  });

  it('is taken away again by the same stroke, and never touches what is out of reach', () => {
    fc.assert(
      fc.property(place, place, fc.double({ min: 0.5, max: 15, noNaN: true }), (from, to, radius) => {
        const before = emptyMask(40, 40);
        const after = painted(before, from, to, radius, 1);
        expect(sum(before.data)).toBe(0);
        expect(sum(painted(after, from, to, radius, 0).data)).toBe(0);
        expect(painted(after, to, from, radius, 1).data).toEqual(after.data);
      }),
      { numRuns: 25 },
    );
  });
});
