import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { place, ticks } from './scale';

describe('ticks', () => {
  it.each([
    [0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 2.3, 4, [0, 1, 2]],
    [1, 13, 6, [2, 4, 6, 8, 10, 12]],
    [0.3, 0.3, 4, [0.3]],
  ])('are round between %d and %d', (min, max, count, expected) => {
    expect(ticks(min, max, count)).toEqual(expected);
  });

  it('are few, rising and within the axis', () => {
    const value = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(value, fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (min, span) => {
        const found = ticks(min, min + span, 5);
        expect(found.length).toBeLessThanOrEqual(6);
        for (const [i, tick] of found.entries()) {
          expect(tick).toBeGreaterThanOrEqual(min - span * 1e-6);
          expect(tick).toBeLessThanOrEqual(min + span * (1 + 1e-6));
          expect(tick).toBeGreaterThan(found[i - 1] ?? -Infinity);
        }
      }),
    );
  });
});

describe('place', () => {
  it('runs from the start to the end, also downwards', () => {
    expect(place(0.25, { min: 0, max: 1 }, 100, 20)).toBe(80);
    expect(place(3, { min: 3, max: 3 }, 10, 20)).toBe(10);
  });
});
