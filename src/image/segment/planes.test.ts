import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blurred } from './blur';
import { hairsOf, withoutHair } from './hair';
import { labOf } from './lab';
import { filled, grown, piecesOf, squaredDistances } from './morphology';
import { otsu } from './otsu';
import { channels, planeOf, planeTop } from './planes';
import { paint, side, skin } from '../testdata/shapes';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('planes', () => {
  it('have the values of known colours', () => {
    const red = bytes(255, 0, 0);
    expect([...planeOf(red, 'grey')].map(Math.round)).toEqual([76]);
    expect([...planeOf(red, 'saturation'), ...planeOf(red, 'value')]).toEqual([255, 255]);
    // Red is in the middle of the hues, cyan at the ends.
    expect(planeOf(red, 'hue')[0]).toBeCloseTo(127.5);
    expect(planeOf(bytes(0, 255, 255), 'hue')[0]).toBeCloseTo(0);
    expect(planeOf(bytes(90, 90, 90), 'hue')[0]).toBeCloseTo(127.5);
  });

  it('stay within 0..255 for every colour', () => {
    const colour = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(colour, fc.constantFrom(...channels), (rgb, channel) => {
        const [value = NaN] = planeOf(bytes(...rgb), channel);
        expect(value).toBeGreaterThanOrEqual(-0.01);
        expect(value).toBeLessThanOrEqual(planeTop + 0.01);
      }),
    );
  });

  // Lindbloom's values for sRGB and D65.
  it.each([
    [
      [255, 255, 255],
      [100, 0, 0],
    ],
    [
      [255, 0, 0],
      [53.24, 80.09, 67.2],
    ],
    [
      [0, 0, 255],
      [32.3, 79.19, -107.86],
    ],
    [
      [128, 128, 128],
      [53.59, 0, 0],
    ],
    [
      [222, 178, 158],
      [75.72, 12.77, 16.5],
    ],
  ])('of Lab are right for %j', (rgb, [l = 0, a = 0, b = 0]) => {
    const lab = labOf(bytes(...rgb));
    expect(Math.abs((lab.lightness[0] ?? 0) - l)).toBeLessThan(0.5);
    expect(Math.abs((lab.a[0] ?? 0) - a)).toBeLessThan(0.8);
    expect(Math.abs((lab.b[0] ?? 0) - b)).toBeLessThan(0.8);
  });
});

describe('blur', () => {
  it('keeps a flat plane, the sum of a spot and its place', () => {
    expect(blurred(new Float32Array(100).fill(7), 10, 2).every((value) => Math.abs(value - 7) < 1e-5)).toBe(
      true,
    );
    const spot = new Float32Array(41 * 41);
    spot[20 * 41 + 20] = 1;
    const soft = blurred(spot, 41, 2);
    expect(soft.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    expect(soft.indexOf(Math.max(...soft))).toBe(20 * 41 + 20);
    let variance = 0;
    soft.forEach((value, i) => (variance += value * ((i % 41) - 20) ** 2));
    expect(Math.abs(Math.sqrt(variance) - 2)).toBeLessThan(0.5);
  });
});

describe('Otsu’s level', () => {
  it('lies between two heaps, and says how far apart they are', () => {
    const values = Float32Array.from({ length: 200 }, (_, i) => (i < 120 ? 10 : 50) + (i % 5));
    const { level, separation } = otsu(values, new Float32Array(200).fill(1));
    expect(level).toBeGreaterThan(14);
    expect(level).toBeLessThanOrEqual(50);
    expect(separation).toBeGreaterThan(0.98);
  });

  it('leaves out what has no weight, and parts nothing where all is one', () => {
    const weights = Float32Array.of(1, 1, 1, 0, 0);
    expect(otsu(Float32Array.of(1, 1, 5, 900, 900), weights).level).toBeLessThanOrEqual(5);
    expect(otsu(new Float32Array(9).fill(3), new Float32Array(9).fill(1)).separation).toBe(0);
  });
});

describe('morphology', () => {
  const mask = fc
    .array(fc.integer({ min: 0, max: 1 }), { minLength: 144, maxLength: 144 })
    .map((values) => ({ width: 12, height: 12, data: Uint8Array.from(values) }));

  it('measures exact distances', () => {
    fc.assert(
      fc.property(mask, ({ data, ...size }) => {
        const distances = squaredDistances({ data, ...size }, 1);
        distances.forEach((distance, i) => {
          let least = Infinity;
          data.forEach((value, j) => {
            const dx = (i % 12) - (j % 12);
            const dy = Math.floor(i / 12) - Math.floor(j / 12);
            if (value) least = Math.min(least, dx * dx + dy * dy);
          });
          if (least < Infinity) expect(distance).toBe(least);
          else expect(distance).toBeGreaterThan(1e6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('gives every pixel to one piece, and keeps what it fills and grows', () => {
    fc.assert(
      fc.property(mask, (drawn) => {
        const { labels, pieces } = piecesOf(drawn);
        expect(pieces.reduce((sum, { area }) => sum + area, 0)).toBe(drawn.data.filter(Boolean).length);
        labels.forEach((label, i) => expect(label > 0).toBe(drawn.data[i] === 1));
        const full = filled(drawn);
        const large = grown(drawn, 2);
        drawn.data.forEach((value, i) => {
          expect(full.data[i]).toBeGreaterThanOrEqual(value);
          expect(large.data[i]).toBeGreaterThanOrEqual(value);
        });
        expect(filled(full)).toEqual(full);
      }),
    );
  });
});

describe('hair', () => {
  it('is taken out, and nothing else is', () => {
    const hair = (x: number, y: number): boolean => Math.abs(y - 0.3 * x) < 1.2;
    const dot = (x: number, y: number): boolean => Math.hypot(x - 40, y + 40) < 2.5;
    const rgb = paint((x, y) => (hair(x, y) ? [40, 30, 30] : dot(x, y) ? [90, 50, 40] : skin));
    const bare = withoutHair(rgb, side);
    let worst = 0;
    let kept = 0;
    for (let i = 0; i < side * side; i++) {
      const x = (i % side) + 0.5 - side / 2;
      const y = Math.floor(i / side) + 0.5 - side / 2;
      if (hair(x, y)) worst = Math.max(worst, Math.abs((bare[i * 3] ?? 0) - skin[0]));
      if (dot(x, y) && bare[i * 3] === 90) kept += 1;
    }
    expect(worst).toBeLessThan(12);
    expect(kept).toBeGreaterThan(15);
  });

  it('is not seen where there is none', () => {
    expect(
      hairsOf(
        paint(() => skin),
        side,
      ).data.some(Boolean),
    ).toBe(false);
  });
});
