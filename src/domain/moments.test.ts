import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyMask, type Mask } from './mask';
import { momentsOf } from './moments';

const side = 96;

/** An ellipse with these half axes, turned by `angle`. */
function ellipse(x: number, y: number, long: number, short: number, angle: number): Mask {
  const mask = emptyMask(side, side);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  mask.data.forEach((_, i) => {
    const [dx, dy] = [(i % side) + 0.5 - x, Math.floor(i / side) + 0.5 - y];
    const [u, v] = [cos * dx + sin * dy, cos * dy - sin * dx];
    if ((u / long) ** 2 + (v / short) ** 2 <= 1) mask.data[i] = 1;
  });
  return mask;
}

describe('momentsOf', () => {
  it('finds the area, the centre, the direction and the roundness of any ellipse', () => {
    const middle = fc.integer({ min: 42, max: 54 });
    const angle = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(middle, middle, fc.integer({ min: 24, max: 40 }), angle, (x, y, long, turn) => {
        const short = long / 2;
        const found = momentsOf(ellipse(x, y, long, short, turn));
        expect((found?.area ?? 0) / (Math.PI * long * short)).toBeCloseTo(1, 1);
        expect(found?.centre.x).toBeCloseTo(x, 0);
        expect(found?.centre.y).toBeCloseTo(y, 0);
        expect(found?.roundness).toBeCloseTo(0.5, 1);
        // Directions are the same after half a turn.
        expect(Math.sin((found?.angle ?? NaN) - turn)).toBeCloseTo(0, 1);
      }),
    );
  });

  it('has nothing to say of an empty mask', () => {
    expect(momentsOf(emptyMask(4, 4))).toBeUndefined();
  });
});
