import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { locateSpot } from './locate';

/** Skin with a brown disc, 224 x 224; all in shares of the side. */
function disc(x: number, y: number, radius: number): Uint8Array {
  const side = 224;
  const rgb = new Uint8Array(side * side * 3);
  for (let i = 0; i < side * side; i++) {
    const inside = Math.hypot((i % side) / side - x, Math.floor(i / side) / side - y) < radius;
    rgb.set(inside ? [110, 70, 50] : [225, 180, 160], 3 * i);
  }
  return rgb;
}

describe('the spot', () => {
  it('is found where it lies', () => {
    const place = fc.double({ min: 0.35, max: 0.65, noNaN: true });
    fc.assert(
      fc.property(place, place, fc.double({ min: 0.1, max: 0.3, noNaN: true }), (x, y, radius) => {
        const spot = locateSpot(disc(x, y, radius), 224);
        const { box, cut, contrast } = spot ?? expect.fail('no spot');
        for (const [found, drawn] of [
          [box.x + box.width / 2, x],
          [box.y + box.height / 2, y],
          [box.width / 2, radius],
          [box.height / 2, radius],
        ] as const) {
          expect(Math.abs(found - drawn)).toBeLessThan(0.05);
        }
        expect(cut).toBe(0);
        expect(contrast).toBeGreaterThan(30);
      }),
      { numRuns: 20 },
    );
  });

  it('is cut by as much as it touches the border', () => {
    // The border cuts a chord of 0.4 from a disc of 0.5.
    const { cut } = locateSpot(disc(0.15, 0.5, 0.25), 224) ?? expect.fail('no spot');
    expect(cut).toBeGreaterThan(0.7);
    expect(cut).toBeLessThan(0.9);
  });

  it('does not stand out where there is none', () => {
    const plain = new Uint8Array(224 * 224 * 3).fill(180);
    expect(locateSpot(plain, 224)?.contrast ?? 0).toBeLessThan(1);
  });
});
