import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcNemar, pairedDifference, sharesOf, wilson, type Pairs, type Share } from './shares';

const count = fc.nat(60);
const anyPairs: fc.Arbitrary<Pairs> = fc
  .record({ both: count, first: count, second: count, neither: count })
  .filter(({ both, first, second, neither }) => both + first + second + neither > 0);
const anyShare: fc.Arbitrary<Share> = fc
  .tuple(fc.nat(500), fc.integer({ min: 1, max: 500 }))
  .map(([hits, n]) => ({ hits: hits % (n + 1), n }));

describe("Wilson's interval", () => {
  // scipy 1.17: binomtest(hits, n).proportion_ci(method='wilson')
  it.each([
    [{ hits: 0, n: 10 }, 0, 0.27753279986288926],
    [{ hits: 7, n: 10 }, 0.39677814746114526, 0.892208732593699],
    [{ hits: 10, n: 10 }, 0.7224672001371109, 1],
    [{ hits: 133, n: 2003 }, 0.05630556982895884, 0.0781552056521619],
  ])('of %j agrees with scipy', (share, low, high) => {
    expect(wilson(share)[0]).toBeCloseTo(low, 12);
    expect(wilson(share)[1]).toBeCloseTo(high, 12);
  });

  it('holds the share, lies within 0..1, and is mirrored with it', () => {
    fc.assert(
      fc.property(anyShare, ({ hits, n }) => {
        const [low, high] = wilson({ hits, n });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(hits / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(hits / n - 1e-12);
        expect(high).toBeLessThanOrEqual(1);
        const [mirroredLow, mirroredHigh] = wilson({ hits: n - hits, n });
        expect(mirroredLow).toBeCloseTo(1 - high, 12);
        expect(mirroredHigh).toBeCloseTo(1 - low, 12);
      }),
    );
  });

  it('narrows as more cases say the same', () => {
    fc.assert(
      fc.property(anyShare, ({ hits, n }) => {
        const [low, high] = wilson({ hits, n });
        const [lower, higher] = wilson({ hits: 4 * hits, n: 4 * n });
        expect(higher - lower).toBeLessThan(high - low);
      }),
    );
  });
});

describe("McNemar's exact test", () => {
  // scipy 1.17: binomtest(min(b, c), b + c, 0.5).pvalue
  it.each([
    [12, 2, 0.012939453125],
    [1, 8, 0.0390625],
    [5, 5, 1],
    [0, 0, 1],
    [30, 12, 0.007915897334896727],
    [0, 5, 0.0625],
  ])('of %i against %i agrees with scipy', (first, second, p) => {
    expect(mcNemar({ first, second })).toBeCloseTo(p, 12);
  });

  it('is a probability, the same for both, and falls as one of them gains', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (first, second) => {
        const p = mcNemar({ first, second });
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mcNemar({ first: second, second: first })).toBeCloseTo(p, 12);
        const further = mcNemar({ first: Math.max(first, second) + 1, second: Math.min(first, second) });
        expect(further).toBeLessThanOrEqual(p + 1e-9);
      }),
    );
  });
});

describe("Newcombe's interval of a paired difference", () => {
  it('agrees with the example of the paper: 36, 12, 2 and 0 of 50', () => {
    const { value, interval } = pairedDifference({ both: 36, first: 12, second: 2, neither: 0 });
    expect(value).toBeCloseTo(0.2, 12);
    expect(interval[0]).toBeCloseTo(0.0569, 4);
    expect(interval[1]).toBeCloseTo(0.3404, 4);
  });

  it('holds the difference, lies within -1..1, and turns round with the two answers', () => {
    fc.assert(
      fc.property(anyPairs, (pairs) => {
        const { value, interval } = pairedDifference(pairs);
        const { first, second } = sharesOf(pairs);
        expect(value).toBeCloseTo(first.hits / first.n - second.hits / second.n, 12);
        expect(interval[0]).toBeLessThanOrEqual(value + 1e-12);
        expect(interval[1]).toBeGreaterThanOrEqual(value - 1e-12);
        expect(interval[0]).toBeGreaterThanOrEqual(-1);
        expect(interval[1]).toBeLessThanOrEqual(1);
        const turned = pairedDifference({ ...pairs, first: pairs.second, second: pairs.first });
        expect(turned.interval[0]).toBeCloseTo(-interval[1], 9);
        expect(turned.interval[1]).toBeCloseTo(-interval[0], 9);
      }),
    );
  });

  it('says nothing of no case', () => {
    expect(pairedDifference({ both: 0, first: 0, second: 0, neither: 0 }).value).toBeNaN();
  });
});
