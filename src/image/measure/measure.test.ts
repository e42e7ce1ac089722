import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circle,
  darkBrown,
  draw,
  ellipse,
  letterL,
  lightBrown,
  paint,
  placed,
  side,
  skin,
  spot,
} from '../testdata/shapes';
import type { Point } from '../../domain/point';
import { areaWithin } from './contour';
import { measure, scoreOf, type Measured } from './measure';

type Inside = Parameters<typeof draw>[0];

function measured(inside: Inside, rgb = spot(inside)): Measured {
  const result = measure(rgb, draw(inside), { sidePixels: side });
  if (!result) throw new Error('nothing was measured');
  return result;
}

/** Of a closed line, in pixels. */
function lengthOf(line: readonly Point[]): number {
  return line.reduce((sum, { x, y }, index) => {
    const next = line[(index + 1) % line.length] ?? { x, y };
    return sum + Math.hypot(next.x - x, next.y - y);
  }, 0);
}

/** Within a share of the expected value. */
function near(value: number, expected: number, share: number): void {
  expect(value).toBeGreaterThan(expected * (1 - share));
  expect(value).toBeLessThan(expected * (1 + share));
}

describe('known shapes', () => {
  it('a circle is round, even and sharp', () => {
    const { measures, drawing } = measured(circle(50));
    near(measures.area.pixels, Math.PI * 2500, 0.01);
    near(measures.longestDiameter.pixels, 100, 0.015);
    near(measures.shortestDiameter.pixels, 100, 0.015);
    expect(measures.border.irregularity).toBeLessThan(1.02);
    expect(measures.border.abrupt).toEqual(Array(8).fill(true));
    expect(measures.asymmetry.axes).toBe(0);
    expect(Math.max(...measures.asymmetry.shares)).toBeLessThan(0.02);
    expect(measures.colours).toEqual([{ colour: 'dark-brown', share: 1 }]);
    expect(measures.abcd).toEqual({ asymmetry: 0, border: 8, colours: 1, total: 1.3 });
    near(drawing.axes.centre.x, side / 2, 0.001);
  });

  it('an ellipse has its own two diameters and axes', () => {
    const { measures, drawing } = measured(placed(ellipse(60, 30), { angle: 0.5 }));
    near(measures.area.pixels, Math.PI * 1800, 0.01);
    near(measures.longestDiameter.pixels, 120, 0.015);
    near(measures.shortestDiameter.pixels, 60, 0.02);
    expect(drawing.axes.angle).toBeCloseTo(0.5, 2);
    // Ramanujan's perimeter of this ellipse is 290.7.
    near(measures.border.irregularity, 290.7 ** 2 / (4 * Math.PI * Math.PI * 1800), 0.02);
    expect(measures.asymmetry.axes).toBe(0);
  });

  it('an L has its one axis of symmetry and no other', () => {
    const { measures } = measured(letterL);
    near(measures.area.pixels, 90 * 90 - 60 * 60, 0.01);
    near(measures.longestDiameter.pixels, Math.hypot(90, 90), 0.03);
    expect(measures.asymmetry.axes).toBe(1);
    expect(measures.asymmetry.shares[0]).toBeGreaterThan(0.3);
    expect(measures.asymmetry.shares[1]).toBeLessThan(0.03);
    expect(measures.border.irregularity).toBeGreaterThan(1.8);
  });

  it('a disc of two colours has both, each with its share', () => {
    const disc = circle(50);
    const rgb = paint((x, y) => (disc(x, y) ? (x < 0 ? darkBrown : lightBrown) : skin));
    const { colours, abcd } = measured(disc, rgb).measures;
    expect(colours.map(({ colour }) => colour).sort()).toEqual(['dark-brown', 'light-brown']);
    for (const { share } of colours) expect(share).toBeCloseTo(0.5, 2);
    expect(abcd.colours).toBe(2);
  });

  it('a disc that fades away ends nowhere abruptly, one that fades on its left only there', () => {
    const fading = (wide: (x: number) => number): Uint8Array =>
      paint((x, y) => {
        const width = wide(x);
        const share = Math.min(Math.max((50 + width / 2 - Math.hypot(x, y)) / width, 0), 1);
        const [r, g, b] = skin.map((value, c) => Math.round(value + ((darkBrown[c] ?? 0) - value) * share));
        return [r ?? 0, g ?? 0, b ?? 0];
      });
    expect(
      measured(
        circle(50),
        fading(() => 30),
      ).measures.border.abrupt,
    ).toEqual(Array(8).fill(false));
    const { abrupt } = measured(
      circle(50),
      fading((x) => (x < 0 ? 30 : 1)),
    ).measures.border;
    expect(abrupt).toEqual([true, true, true, true, false, false, false, false]);
  });

  it('white is a colour only where it is lighter than the skin', () => {
    const disc = circle(50);
    const white = paint((x, y) => (disc(x, y) ? [255, 255, 255] : skin));
    expect(measured(disc, white).measures.colours.map(({ colour }) => colour)).toEqual(['white']);
    const pale = paint((x, y) => (disc(x, y) ? [200, 205, 210] : [238, 238, 238]));
    expect(measured(disc, pale).measures.colours.map(({ colour }) => colour)).not.toContain('white');
  });
});

describe('one lesion', () => {
  const body = circle(40);
  const moved = placed(circle(8), { x: 80, y: 80 });

  it('is the largest piece, for every measure alike', () => {
    const both: Inside = (x, y) => body(x, y) || moved(x, y);
    const rgb = spot(both);
    const alone = measured(body, rgb);
    const together = measured(both, rgb);
    expect(together.measures).toEqual(alone.measures);
    expect(together.drawing).toEqual(alone.drawing);
    expect([alone.pieces, together.pieces]).toEqual([1, 2]);
  });

  it('has no holes', () => {
    const hole = circle(10);
    const rgb = spot(body);
    const ring = measured((x, y) => body(x, y) && !hole(x, y), rgb);
    expect(ring.measures).toEqual(measured(body, rgb).measures);
    expect(ring.pieces).toBe(1);
  });

  it('covers the area that its contour goes around', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            x: fc.integer({ min: -70, max: 70 }),
            y: fc.integer({ min: -70, max: 70 }),
            r: fc.integer({ min: 6, max: 30 }),
          }),
          { minLength: 1, maxLength: 4 },
        ),
        (discs) => {
          const inside: Inside = (x, y) => discs.some((disc) => Math.hypot(x - disc.x, y - disc.y) < disc.r);
          const { measures, drawing } = measured(inside, spot(inside));
          // Smoothing moves the contour by less than a quarter of a pixel: more than the share of a very small disc.
          const around = areaWithin(drawing.contour);
          near(measures.area.pixels, around, Math.max(0.06, (0.25 * lengthOf(drawing.contour)) / around));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe('units', () => {
  it('are pixels of the picture, and millimetres where the frame is known in them', () => {
    const mask = draw(circle(56));
    const result = measure(spot(circle(56)), mask, { sidePixels: 2240, sideMillimetres: 22.4 });
    near(result?.measures.longestDiameter.pixels ?? 0, 1120, 0.015);
    near(result?.measures.longestDiameter.millimetres ?? 0, 11.2, 0.015);
    near(result?.measures.area.millimetres ?? 0, Math.PI * 5.6 ** 2, 0.015);
    expect(measured(circle(56)).measures.area).not.toHaveProperty('millimetres');
  });

  it('there is nothing to measure in an empty mask', () => {
    expect(
      measure(
        spot(circle(1)),
        draw(() => false),
        { sidePixels: 224 },
      ),
    ).toBeUndefined();
  });

  it('a lesion that fills the frame is measured as far as the frame goes', () => {
    const { measures } = measured(() => true);
    near(measures.shortestDiameter.pixels, side, 0.02);
    expect(measures.border.abrupt).toEqual(Array(8).fill(false));
  });
});

describe('the total dermoscopy score', () => {
  it('follows its formula, from 1 to 8.9', () => {
    expect(scoreOf({ asymmetry: 2, border: 8, colours: 6, structures: 5 }).total).toBeCloseTo(8.9);
    expect(scoreOf({ asymmetry: 0, border: 0, colours: 1, structures: 1 }).total).toBeCloseTo(1);
  });

  it('is without structures until somebody has seen some', () => {
    const inside = circle(40);
    const seen = measure(spot(inside), draw(inside), { sidePixels: side }, ['network', 'dots']);
    expect(seen?.measures.abcd).toMatchObject({ structures: 2, total: 1.3 + 1 });
    expect(measured(inside).measures.abcd).not.toHaveProperty('structures');
  });
});

describe('turned, moved and scaled', () => {
  const places = fc.record({
    angle: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    scale: fc.double({ min: 0.8, max: 1.4, noNaN: true }),
    x: fc.integer({ min: -10, max: 10 }),
    y: fc.integer({ min: -10, max: 10 }),
  });

  it.each([
    { name: 'an ellipse', inside: ellipse(60, 35) },
    { name: 'an L', inside: letterL },
  ])(
    '$name keeps its shape: lengths to 4 %, irregularity to 8 %, asymmetry to 0.04',
    { timeout: 60_000 },
    ({ inside }) => {
      const before = measured(inside).measures;
      fc.assert(
        fc.property(places, (place) => {
          const after = measured(placed(inside, place)).measures;
          near(after.area.pixels, before.area.pixels * place.scale ** 2, 0.04);
          near(after.longestDiameter.pixels, before.longestDiameter.pixels * place.scale, 0.04);
          near(after.shortestDiameter.pixels, before.shortestDiameter.pixels * place.scale, 0.04);
          near(after.border.irregularity, before.border.irregularity, 0.08);
          expect(after.asymmetry.axes).toBe(before.asymmetry.axes);
          after.asymmetry.shares.forEach((share, k) =>
            expect(Math.abs(share - (before.asymmetry.shares[k] ?? 0))).toBeLessThan(0.04),
          );
        }),
        { numRuns: 5 },
      );
    },
  );
});
