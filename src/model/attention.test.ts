import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attentionMap, type AttentionSource } from './attention';

const classes = 3;
const channels = 16;
const [width, height] = [7, 7];

/** Numbers in -1..1 that follow from a seed; those of two seeds have nothing to do with each other. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (wave - Math.floor(wave)) - 1;
  });
}

function source(seed: number): AttentionSource {
  return {
    features: numbers(width * height * channels, seed).map(Math.abs),
    width,
    height,
    kernel: numbers(channels * classes, seed + 0.5),
    classes,
  };
}

describe('the attention map', () => {
  it('is highest where the features are that speak for the class', () => {
    const features = new Float32Array(width * height * 2);
    features[2 * 10] = 3;
    features[2 * 20 + 1] = 3;
    // The first channel speaks for class 0, the second for class 1.
    const kernel = Float32Array.of(1, 0, 0, 1);
    const two = { features, width, height, kernel, classes: 2 };
    expect(attentionMap(two, 0).values.indexOf(1)).toBe(10);
    expect(attentionMap(two, 1).values.indexOf(1)).toBe(20);
    expect(attentionMap(two, 0).values[20]).toBe(0);
  });

  it('is blind to what speaks for all classes alike', () => {
    const { kernel, ...rest } = source(1);
    const shifted = kernel.map((weight, i) => weight + Math.floor(i / classes) / 8);
    const before = attentionMap({ ...rest, kernel }, 2).values;
    const after = attentionMap({ ...rest, kernel: shifted }, 2).values;
    after.forEach((value, i) => expect(value).toBeCloseTo(before[i] ?? 0, 4));
  });

  it('changes when the weights of the head are others', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const before = attentionMap(source(3), 0).values;
        const other = { ...source(3), kernel: numbers(channels * classes, 17 + seed / 7) };
        const after = attentionMap(other, 0).values;
        const change = before.reduce((sum, value, i) => sum + Math.abs(value - (after[i] ?? 0)), 0);
        expect(change / before.length).toBeGreaterThan(0.02);
      }),
    );
  });

  it('stays within 0..1, and is nothing where nothing speaks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 2 }), (seed, index) => {
        const { values } = attentionMap(source(seed), index);
        expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
        expect([0, 1]).toContain(Math.max(...values));
      }),
    );
    const nothing = { ...source(1), features: new Float32Array(width * height * channels) };
    expect(Math.max(...attentionMap(nothing, 0).values)).toBe(0);
  });

  it('refuses features that do not fit the head', () => {
    expect(() => attentionMap({ ...source(1), features: new Float32Array(5) }, 0)).toThrow(RangeError);
  });
});
