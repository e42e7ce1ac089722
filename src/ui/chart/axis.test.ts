import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaleOf, ticksOf, type Axis } from './axis';

const linear = (min: number, max: number): Axis => ({ min, max, format: String });
const day = (moment: number): string => new Date(moment).toDateString();

describe('ticksOf', () => {
  it('gives round values', () => {
    expect(ticksOf(linear(0, 1), 5).map(({ text }) => text)).toEqual(['0', '0.2', '0.4', '0.6', '0.8', '1']);
  });

  it('gives days, each once, also within a few hours', () => {
    const [min, max] = [new Date(2026, 0, 1).getTime(), new Date(2026, 0, 3).getTime()];
    const texts = ticksOf({ min, max, time: true, format: day }, 6).map(({ text }) => text);
    expect(texts).toEqual(['Thu Jan 01 2026', 'Fri Jan 02 2026', 'Sat Jan 03 2026']);
  });

  it('stays within the axis, and repeats no text', () => {
    const value = fc.integer({ min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(value, fc.integer({ min: 1, max: 1e6 }), (min, span) => {
        const ticks = ticksOf({ ...linear(min, min + span), format: (each) => each.toFixed(0) }, 5);
        for (const tick of ticks) {
          expect(tick.value).toBeGreaterThanOrEqual(min);
          expect(tick.value).toBeLessThanOrEqual(min + span);
        }
        expect(new Set(ticks.map(({ text }) => text)).size).toBe(ticks.length);
      }),
    );
  });
});

describe('scaleOf', () => {
  it('runs from the start to the end, also downwards', () => {
    expect(scaleOf(linear(0, 1), 100, 20)(0.25)).toBe(80);
  });

  it('puts a value that is alone in the middle', () => {
    expect(scaleOf(linear(3, 3), 10, 20)(3)).toBe(15);
  });
});
