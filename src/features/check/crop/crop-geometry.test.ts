import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { centredCrop, clampCrop, type Crop, type Size } from '../../../domain/crop';
import { centredOn, moved, pinched, placement, smallestSide, zoomed } from './crop-geometry';
import { cropAfterKey } from './crop-gestures';

const sizes = fc.record({
  width: fc.integer({ min: 1, max: 8000 }),
  height: fc.integer({ min: 1, max: 8000 }),
});
const factors = fc.double({ min: 0.05, max: 20, noNaN: true });
const shifts = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const shares = fc.record({
  x: fc.double({ min: -0.1, max: 1.1, noNaN: true }),
  y: fc.double({ min: -0.1, max: 1.1, noNaN: true }),
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const inner = fc.record({ x: share, y: share });

function expectInside(frame: Crop, size: Size): void {
  const slack = 1e-6;
  expect(frame.side).toBeGreaterThanOrEqual(smallestSide(size) - slack);
  expect(frame.x).toBeGreaterThanOrEqual(0);
  expect(frame.y).toBeGreaterThanOrEqual(0);
  expect(frame.x + frame.side).toBeLessThanOrEqual(size.width + slack);
  expect(frame.y + frame.side).toBeLessThanOrEqual(size.height + slack);
}

describe('the frame', () => {
  const size = { width: 4000, height: 3000 };
  const whole = centredCrop(size);

  it('stays inside the picture, however it is moved, zoomed and pinched', () => {
    fc.assert(
      fc.property(
        sizes,
        factors,
        shares,
        shifts,
        shifts,
        fc.array(shares, { minLength: 4, maxLength: 4 }),
        (s, f, p, dx, dy, q) => {
          const zoomedCrop = zoomed(centredCrop(s), s, f, p);
          expectInside(zoomedCrop, s);
          const movedCrop = moved(zoomedCrop, s, dx, dy);
          expectInside(movedCrop, s);
          const [a, b, c, d] = q as [typeof p, typeof p, typeof p, typeof p];
          const pinchedCrop = pinched(movedCrop, s, [a, b], [c, d]);
          expectInside(pinchedCrop, s);
          // What is sent to be read is whole pixels of the same picture.
          const exact = clampCrop(pinchedCrop, s);
          expect(Number.isInteger(exact.x) && Number.isInteger(exact.y) && Number.isInteger(exact.side)).toBe(
            true,
          );
          expect(exact.x + exact.side).toBeLessThanOrEqual(s.width);
          expect(exact.y + exact.side).toBeLessThanOrEqual(s.height);
        },
      ),
    );
  });

  it('keeps the point under the pointer where it is', () => {
    const about = { x: 0.25, y: 0.6 };
    const before = { x: 900, y: 500, side: 1600 };
    const after = zoomed(before, size, 1.7, about);
    expect(after.x + about.x * after.side).toBeCloseTo(before.x + about.x * before.side);
    expect(after.y + about.y * after.side).toBeCloseTo(before.y + about.y * before.side);
  });

  it('follows two fingers that move and part', () => {
    const before = { x: 1000, y: 800, side: 1200 };
    const from = [
      { x: 0.4, y: 0.5 },
      { x: 0.6, y: 0.5 },
    ] as const;
    const to = [
      { x: 0.35, y: 0.6 },
      { x: 0.75, y: 0.6 },
    ] as const;
    const after = pinched(before, size, [...from], [...to]);
    expect(after.side).toBeCloseTo(600);
    for (const i of [0, 1] as const) {
      expect(after.x + to[i].x * after.side).toBeCloseTo(before.x + from[i].x * before.side);
      expect(after.y + to[i].y * after.side).toBeCloseTo(before.y + from[i].y * before.side);
    }
  });

  it('has a tapped point in its middle, as large as fits around it', () => {
    // The point is 1,000 px from the left edge of a picture of 4,000 x 3,000.
    const after = centredOn(whole, size, { x: 500 / 3000, y: 0.5 });
    expect(after).toEqual({ x: 0, y: 500, side: 2000 });
    expect(centredOn(after, size, { x: 0.5, y: 0.5 })).toEqual(after);
  });

  it('has a tapped point in it wherever that is, and keeps what the network reads', () => {
    fc.assert(
      fc.property(sizes, factors, inner, inner, (s, factor, at, point) => {
        const before = zoomed(centredCrop(s), s, factor, at);
        const after = centredOn(before, s, point);
        expectInside(after, s);
        expect(after.side).toBeLessThanOrEqual(before.side + 1e-6);
        expect(after.side).toBeGreaterThanOrEqual(Math.min(before.side, 224) - 1e-6);
        const [x, y] = [before.x + point.x * before.side, before.y + point.y * before.side];
        expect(x).toBeGreaterThanOrEqual(after.x - 1e-6);
        expect(x).toBeLessThanOrEqual(after.x + after.side + 1e-6);
        expect(y).toBeGreaterThanOrEqual(after.y - 1e-6);
        expect(y).toBeLessThanOrEqual(after.y + after.side + 1e-6);
      }),
    );
  });

  it('cannot be zoomed further than the picture has pixels for', () => {
    expect(smallestSide({ width: 40, height: 9 })).toBe(9);
    expect(smallestSide({ width: 450, height: 600 })).toBe(64);
    expect(smallestSide({ width: 4000, height: 3200 })).toBe(200);
  });

  it('is told in shares of the picture', () => {
    expect(placement(whole, size)).toEqual({ side: 1, left: 0.5, top: 0.5 });
    expect(placement({ x: 0, y: 0, side: 1500 }, size)).toEqual({ side: 0.5, left: 0.1875, top: 0.25 });
  });

  it('answers to keys', () => {
    const framing = { frame: { x: 1000, y: 500, side: 1000 }, size, whole };
    const after = (key: string, shiftKey = false) => cropAfterKey(framing, { key, shiftKey });
    expect(after('ArrowLeft')).toEqual({ x: 950, y: 500, side: 1000 });
    expect(after('ArrowRight')).toEqual({ x: 1050, y: 500, side: 1000 });
    expect(after('ArrowUp')).toEqual({ x: 1000, y: 450, side: 1000 });
    expect(after('ArrowDown', true)).toEqual({ x: 1000, y: 510, side: 1000 });
    expect(after('+')?.side).toBeLessThan(1000);
    expect(after('-')?.side).toBeGreaterThan(1000);
    expect(after('0')).toEqual(whole);
    expect(after('a')).toBeUndefined();
  });
});
