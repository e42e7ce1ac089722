import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from '../seeded';
import { deltaOf, epsilonOf, epsilons, keepsItsWord, noiseFor, withNoise } from './noise';

const positive = (from: number, to: number): fc.Arbitrary<number> =>
  fc.double({ min: Math.log(from), max: Math.log(to), noNaN: true }).map(Math.exp);

/**
 * Delta by its definition: how far the chance of any outcome under one of two inputs may lie above e^epsilon times its
 * chance under the other. Of two normal distributions `ratio` apart the worst outcome is a half line; the sum goes
 * over its density.
 */
function deltaByDefinition(epsilon: number, ratio: number): number {
  const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const step = 1e-3;
  let sum = 0;
  for (let x = -12; x < 12 + ratio; x += step) {
    sum += Math.max(0, density(x - ratio) - Math.exp(epsilon) * density(x)) * step;
  }
  return sum;
}

describe('deltaOf', () => {
  it('agrees with the definition', () => {
    fc.assert(
      fc.property(positive(0.05, 20), positive(0.1, 6), (epsilon, ratio) => {
        const expected = deltaByDefinition(epsilon, ratio);
        expect(Math.abs(deltaOf(epsilon, ratio) - expected)).toBeLessThan(1e-9 + 1e-4 * expected);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the values that scipy gives, far into the tails', () => {
    for (const [epsilon, ratio, delta] of [
      [1, 0.1, 1.2308359836431718e-25],
      [1, 1, 0.12693673750664386],
      [8, 2, 0.0004954017389387459],
      [30, 5, 0.00013132627111337402],
      [100, 9, 1.0851706969337387e-11],
    ] as const) {
      expect(deltaOf(epsilon, ratio) / delta).toBeCloseTo(1, 9);
    }
  });
});

describe('epsilonOf', () => {
  it('falls with the noise, and rises with what is left after clipping', () => {
    fc.assert(
      fc.property(
        positive(0.01, 10),
        positive(0.01, 10),
        positive(1e-9, 0.01),
        positive(1.01, 4),
        (clip, sigma, delta, more) => {
          const epsilon = epsilonOf({ clip, sigma, delta });
          // With more noise delta alone is enough.
          fc.pre(epsilon > 1e-6);
          expect(epsilonOf({ clip, sigma: sigma * more, delta })).toBeLessThan(epsilon);
          expect(epsilonOf({ clip: clip * more, sigma, delta })).toBeGreaterThan(epsilon);
          expect(epsilonOf({ clip: clip * more, sigma: sigma * more, delta })).toBeCloseTo(epsilon, 6);
        },
      ),
    );
  });

  it('is never understated, and hardly overstated', () => {
    fc.assert(
      fc.property(positive(0.01, 10), positive(0.05, 10), positive(1e-9, 0.01), (clip, sigma, delta) => {
        const epsilon = epsilonOf({ clip, sigma, delta });
        expect(deltaOf(epsilon, (2 * clip) / sigma)).toBeLessThanOrEqual(delta);
        expect(keepsItsWord({ clip, sigma, epsilon, delta })).toBe(true);
        fc.pre(epsilon > 1e-6);
        expect(keepsItsWord({ clip, sigma, epsilon: 0.99 * epsilon, delta })).toBe(false);
      }),
    );
  });
});

describe('noiseFor', () => {
  it.each(epsilons)('is worth epsilon %d, with a delta of at most one in the number of lesions', (wanted) => {
    for (const lesions of [1, 40, 200_000]) {
      const { clip, sigma, epsilon, delta } = noiseFor(wanted, lesions);
      expect(epsilon).toBeCloseTo(wanted, 6);
      expect(delta).toBeLessThanOrEqual(1 / lesions);
      expect(epsilonOf({ clip, sigma: sigma * 0.99, delta })).toBeGreaterThan(wanted);
    }
  });
});

describe('withNoise', () => {
  const none = (count: number): Float64Array => new Float64Array(count);
  const vectors = fc
    .integer({ min: 1, max: 40 })
    .chain((count) =>
      fc.tuple(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: count, maxLength: count }),
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: count, maxLength: count }),
      ),
    );

  it('clips the change to its length, and leaves a shorter one as it is', () => {
    fc.assert(
      fc.property(vectors, positive(0.01, 20), ([learnt, shipped], clip) => {
        const sent = withNoise(
          Float64Array.from(learnt),
          Float64Array.from(shipped),
          { clip, sigma: 1 },
          none,
        );
        const change = sent.map((value, at) => value - (shipped[at] ?? 0));
        const before = learnt.map((value, at) => value - (shipped[at] ?? 0));
        const length = Math.hypot(...before);
        expect(Math.hypot(...change)).toBeLessThanOrEqual(clip + 1e-9);
        expect(Math.hypot(...change)).toBeCloseTo(Math.min(clip, length), 9);
        const scale = Math.min(1, clip / Math.max(length, 1e-12));
        change.forEach((value, at) => expect(value).toBeCloseTo((before[at] ?? 0) * scale, 9));
      }),
    );
  });

  it('adds normal noise of the stated size, other noise each time', () => {
    const count = 20_001;
    const shipped = Float64Array.from({ length: count }, seeded(1));
    const [one, other] = [0, 1].map(() =>
      withNoise(shipped, shipped, { clip: 0.1, sigma: 0.5 }).map((value, at) => value - (shipped[at] ?? 0)),
    );
    if (!one || !other) throw new Error('no noise');
    const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / count;
    // Each bound is six standard errors or more away.
    expect(Math.abs(mean(one))).toBeLessThan(0.022);
    expect(Math.sqrt(mean(one.map((value) => value * value)))).toBeCloseTo(0.5, 1);
    expect(Math.abs(mean(one.map((value, at) => value * (other[at] ?? 0))))).toBeLessThan(0.011);
    const within = one.filter((value) => Math.abs(value) < 0.5).length / count;
    expect(Math.abs(within - 0.6827)).toBeLessThan(0.021);
  });
});
