import fc from 'fast-check';
import { expect, it } from 'vitest';
import { centredCrop, clampCrop } from './crop';
import { fitted, scaledCrop } from '../image/stored-copy';

const size = fc.record({
  width: fc.integer({ min: 1, max: 16384 }),
  height: fc.integer({ min: 1, max: 16384 }),
});
const number = fc.double({ min: -1e5, max: 1e5, noNaN: true });
const frame = fc.record({ x: number, y: number, side: number });

it('centres the largest square', () => {
  expect(centredCrop({ width: 600, height: 450 })).toEqual({ x: 75, y: 0, side: 450 });
  expect(centredCrop({ width: 3, height: 10 })).toEqual({ x: 0, y: 3, side: 3 });
});

it('brings any frame into the picture and leaves a valid one alone', () => {
  fc.assert(
    fc.property(frame, size, (wished, picture) => {
      const { x, y, side } = clampCrop(wished, picture);
      expect([x, y, side].every(Number.isInteger)).toBe(true);
      expect(side).toBeGreaterThanOrEqual(1);
      expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
      expect(x + side).toBeLessThanOrEqual(picture.width);
      expect(y + side).toBeLessThanOrEqual(picture.height);
      expect(clampCrop({ x, y, side }, picture)).toEqual({ x, y, side });
    }),
  );
});

it('fits a picture into a long side, never enlarging it', () => {
  expect(fitted({ width: 4000, height: 3000 }, 2048)).toEqual({ width: 2048, height: 1536 });
  expect(fitted({ width: 16384, height: 1 }, 2048)).toEqual({ width: 2048, height: 1 });
  expect(fitted({ width: 20, height: 10 }, 2048)).toEqual({ width: 20, height: 10 });
});

it('carries a frame over to the kept picture', () => {
  const from = { width: 4000, height: 3000 };
  const to = fitted(from, 2000);
  expect(scaledCrop({ x: 501, y: 0, side: 3000 }, from, to)).toEqual({ x: 251, y: 0, side: 1500 });
  fc.assert(
    fc.property(frame, size, (wished, picture) => {
      const kept = fitted(picture, 2048);
      const carried = scaledCrop(clampCrop(wished, picture), picture, kept);
      expect(clampCrop(carried, kept)).toEqual(carried);
    }),
  );
});
