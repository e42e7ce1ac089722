import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circle,
  darkBrown,
  dice,
  draw,
  ellipse,
  lightBrown,
  paint,
  placed,
  side,
  skin,
  spot,
  type Colour,
} from '../testdata/shapes';
import { findOutline, learnedOutline } from './find-outline';

const middle = { x: side / 2, y: side / 2 };
const area = (mask: { data: Uint8Array }): number => mask.data.reduce((sum, value) => sum + value, 0);

describe('the automatic outline', () => {
  it(
    'finds a spot wherever it lies, whatever its size and colour, with a margin',
    { timeout: 60_000 },
    () => {
      fc.assert(
        fc.property(
          fc.record({
            radius: fc.integer({ min: 18, max: 60 }),
            x: fc.integer({ min: -30, max: 30 }),
            y: fc.integer({ min: -30, max: 30 }),
            colour: fc.constantFrom<Colour>(darkBrown, lightBrown, [180, 60, 60], [120, 110, 130]),
          }),
          ({ radius, x, y, colour }) => {
            const place = (r: number): ReturnType<typeof placed> => placed(circle(r), { x, y });
            const { mask } = findOutline(spot(place(radius), colour), { method: 'automatic' });
            expect(dice(mask, draw(place(radius + 3)))).toBeGreaterThan(0.93);
          },
        ),
        { numRuns: 6 },
      );
    },
  );

  it('leaves out the black corners of a dermatoscope, hairs, and a smaller spot at the side', () => {
    const lesion = ellipse(40, 28);
    const smaller = placed(circle(9), { x: 80, y: 10 });
    const rgb = paint((x, y) => {
      if (Math.hypot(x, y) > 118) return [8, 6, 6];
      if (Math.abs(y - 0.4 * x - 12) < 1 || Math.abs(x + 0.2 * y - 25) < 1) return [30, 20, 18];
      return lesion(x, y) || smaller(x, y) ? [110, 70, 50] : skin;
    });
    const { mask } = findOutline(rgb, { method: 'automatic' });
    expect(dice(mask, draw(ellipse(43, 31)))).toBeGreaterThan(0.93);
  });

  it('takes the spot that was tapped', () => {
    const both = (x: number, y: number): boolean => circle(30)(x, y) || placed(circle(14), { x: 70 })(x, y);
    const tapped = findOutline(spot(both), { method: 'automatic', tap: { x: side / 2 + 70, y: side / 2 } });
    expect(dice(tapped.mask, draw(placed(circle(17), { x: 70 })))).toBeGreaterThan(0.9);
  });

  it('ends on a picture of one colour', () => {
    const { mask } = findOutline(
      paint(() => skin),
      { method: 'automatic' },
    );
    expect(mask.data).toHaveLength(side * side);
  });
});

describe('a threshold by hand', () => {
  // A core in a halo: in red the halo is no darker than the skin.
  const rgb = paint((x, y) => {
    if (circle(25)(x, y)) return [60, 40, 40];
    return circle(50)(x, y) ? [222, 120, 120] : skin;
  });

  it('depends on channel and level', () => {
    const red = findOutline(rgb, { method: 'threshold', channel: 'red', side: 'below', level: 140 });
    expect(dice(red.mask, draw(circle(25)))).toBeGreaterThan(0.97);
    const green = findOutline(rgb, { method: 'threshold', channel: 'green', side: 'below', level: 150 });
    expect(dice(green.mask, draw(circle(50)))).toBeGreaterThan(0.97);
    const lower = findOutline(rgb, { method: 'threshold', channel: 'green', side: 'below', level: 80 });
    expect(dice(lower.mask, draw(circle(25)))).toBeGreaterThan(0.97);
    const a = findOutline(rgb, { method: 'threshold', channel: 'a', side: 'above', level: 155 });
    expect(area(a.mask)).toBeGreaterThan(area(red.mask));
  });

  it('is Otsu’s where none is given, and says which', () => {
    const { mask, level } = findOutline(rgb, { method: 'threshold', channel: 'red', side: 'below' });
    expect(level).toBeGreaterThan(60);
    expect(level).toBeLessThan(222);
    expect(dice(mask, draw(circle(25)))).toBeGreaterThan(0.97);
  });

  it('takes the lighter side when asked', () => {
    const pale = spot(circle(40), [250, 240, 235]);
    const { mask } = findOutline(pale, { method: 'threshold', channel: 'grey', side: 'above', level: 215 });
    expect(dice(mask, draw(circle(40)))).toBeGreaterThan(0.97);
  });

  it('fills holes, and may find nothing', () => {
    const ring = spot((x, y) => circle(50)(x, y) && !circle(20)(x, y));
    const request = { method: 'threshold', channel: 'grey', side: 'below' } as const;
    expect(dice(findOutline(ring, { ...request, level: 120 }).mask, draw(circle(50)))).toBeGreaterThan(0.97);
    expect(area(findOutline(ring, { ...request, level: 0 }).mask)).toBe(0);
  });
});

describe('a colour range', () => {
  const rgb = paint((x, y) => {
    if (circle(25)(x, y)) return darkBrown;
    return circle(50)(x, y) ? lightBrown : skin;
  });

  it('is what is like the picked pixel, and grows with the tolerance', () => {
    const dark = findOutline(rgb, { method: 'colour', at: middle, tolerance: 15 });
    expect(dice(dark.mask, draw(circle(25)))).toBeGreaterThan(0.95);
    const more = findOutline(rgb, { method: 'colour', at: middle, tolerance: 60 });
    expect(dice(more.mask, draw(circle(50)))).toBeGreaterThan(0.95);
  });

  it('never shrinks as the tolerance grows', { timeout: 30_000 }, () => {
    const areas = [5, 20, 60].map((tolerance) =>
      area(findOutline(rgb, { method: 'colour', at: middle, tolerance }).mask),
    );
    expect(areas).toEqual([...areas].sort((a, b) => a - b));
  });

  it('takes a pick at the very edge, and outside of it, for the nearest pixel', () => {
    const at = { x: side + 5, y: -3 };
    expect(area(findOutline(rgb, { method: 'colour', at, tolerance: 15 }).mask)).toBeGreaterThan(0);
  });
});

describe('a learned outline', () => {
  it('is where the logits are above 0, at any side', () => {
    for (const logitSide of [28, 56, 112]) {
      const scale = side / logitSide;
      const logits = Float32Array.from({ length: logitSide * logitSide }, (_, i) => {
        const x = ((i % logitSide) + 0.5) * scale - side / 2;
        const y = (Math.floor(i / logitSide) + 0.5) * scale - side / 2;
        return (50 - Math.hypot(x, y)) / 4;
      });
      expect(dice(learnedOutline(logits), draw(circle(50)))).toBeGreaterThan(0.98);
    }
    expect(() => learnedOutline(new Float32Array(50))).toThrow(RangeError);
  });
});
