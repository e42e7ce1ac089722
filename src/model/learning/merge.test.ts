import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeadCalibration } from '../../domain/learning/head';
import { madeWorld } from '../testdata/made-world';
import type { Layer } from './layer';
import { merged, mergeAndJudge, outliersOf, trimmedMean, type MergedPart } from './merge';

interface Said {
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
  readonly calibration: HeadCalibration;
}

/** What training/ merges to; its test writes it. */
const fixture = JSON.parse(
  await readFile(new URL('../../../training/tests/federation/merged.json', import.meta.url), 'utf8'),
) as {
  readonly shipped: Omit<Said, 'calibration'>;
  readonly updates: readonly (Said & { readonly lesions: number })[];
  readonly merged: readonly (Said & { readonly of: number; readonly outliers: readonly number[] })[];
};

const plain: HeadCalibration = { temperature: {}, predictionSet: 1, alertLevels: {} };

function layerOf({ kernel, bias }: Omit<Said, 'calibration'>): Layer {
  return { kernel: Float32Array.from(kernel), bias: Float32Array.from(bias) };
}

function partOf(layer: Layer, lesions = 30, calibration = plain): MergedPart {
  return { pack: { id: 'made', version: '1.0.0' }, ...layer, calibration, lesions };
}

/** The numbers in it, in order, with their names. */
function numbers(of: object): (readonly [string, number])[] {
  return Object.entries(of).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'number'
      ? [[name, value] as const]
      : numbers(value as object).map(([inner, each]) => [`${name}.${inner}`, each] as const),
  );
}

describe('merged', () => {
  it.each(fixture.merged.map((each) => [each.of, each] as const))(
    'gives the numbers of training/ for %i updates',
    (count, { kernel, bias, calibration, outliers }) => {
      const parts = fixture.updates
        .slice(0, count)
        .map((update) => partOf(layerOf(update), update.lesions, update.calibration));
      const found = merged(parts, layerOf(fixture.shipped));
      expect(found.outliers).toEqual(outliers);
      [...found.layer.kernel, ...found.layer.bias].forEach((value, at) =>
        expect(value).toBeCloseTo([...kernel, ...bias][at] ?? NaN, 5),
      );
      const expected = new Map(numbers(calibration));
      expect(numbers(found.calibration)).toHaveLength(expected.size);
      for (const [name, value] of numbers(found.calibration)) {
        expect(value).toBeCloseTo(expected.get(name) ?? NaN, 6);
      }
    },
  );
});

describe('trimmedMean', () => {
  const rows = fc
    .array(fc.tuple(fc.float({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 1, max: 99 })), {
      minLength: 1,
      maxLength: 9,
    })
    .map((all) => ({
      rows: all.map(([value]) => Float64Array.of(value)),
      weights: all.map(([, weight]) => weight),
    }));

  it('lies among the values', () => {
    fc.assert(
      fc.property(rows, ({ rows, weights }) => {
        const [found = NaN] = trimmedMean(rows, weights);
        const values = rows.map(([value = NaN]) => value);
        expect(found).toBeGreaterThanOrEqual(Math.min(...values) - 1e-9);
        expect(found).toBeLessThanOrEqual(Math.max(...values) + 1e-9);
      }),
    );
  });

  it('is not moved by one update among three or more, whatever that says', () => {
    fc.assert(
      fc.property(rows, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ({ rows, weights }, lie) => {
        fc.pre(rows.length >= 2);
        const [found = NaN] = trimmedMean([...rows, Float64Array.of(lie)], [...weights, 1e9]);
        expect(Math.abs(found)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('names nobody of three', () => {
    expect(outliersOf([0, 0.1, 50].map((value) => Float64Array.of(value)))).toEqual([]);
  });
});

describe('mergeAndJudge', () => {
  it('refuses a head that is no better here, and one that has lost what it knew', () => {
    const world = madeWorld({ seed: 4, shift: 0 });
    const task = { ...world, corrections: world.corrections() };
    const same = mergeAndJudge(task, [partOf(world.shipped)]);
    expect(same.report.refusals).toEqual(['corrections-not-better']);
    const { kernel, bias } = world.shipped;
    const turned = mergeAndJudge(task, [partOf({ kernel: kernel.map((value) => -value), bias })]);
    expect(turned.report.refusals).toEqual(
      expect.arrayContaining(['corrections-not-better', 'bank-worse', 'sensitivity-lower']),
    );
  });
});
