import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationFor, isAccepted, predictionSet, ranked, readGate, softmax } from './calibration';
import { pictureDomain } from '../domain/prediction';
import { tinyManifest } from './testdata/tiny-pack';

const { calibration } = tinyManifest();
const logits = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), { minLength: 1, maxLength: 10 });
const temperature = fc.double({ min: 0.05, max: 20, noNaN: true });

describe('softmax', () => {
  it('agrees with values worked out by hand', () => {
    const [a, b] = softmax([0, Math.log(3)]);
    expect(a).toBeCloseTo(0.25, 12);
    expect(b).toBeCloseTo(0.75, 12);
    // Halving the logits takes the square root of the odds.
    const [c, d] = softmax([0, Math.log(9)], 2);
    expect((d ?? 0) / (c ?? 1)).toBeCloseTo(3, 12);
  });

  it('gives probabilities that sum to 1, in the order of the logits', () => {
    fc.assert(
      fc.property(logits, temperature, (values, t) => {
        const probabilities = softmax(values, t);
        expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
        values.forEach((a, i) =>
          values.forEach((b, j) => {
            if (a >= b) expect(probabilities[i]).toBeGreaterThanOrEqual(probabilities[j] ?? NaN);
          }),
        );
      }),
    );
  });

  it('does not change when all logits move together', () => {
    fc.assert(
      fc.property(logits, temperature, fc.double({ min: -100, max: 100, noNaN: true }), (values, t, by) => {
        const moved = softmax(
          values.map((value) => value + by),
          t,
        );
        softmax(values, t).forEach((probability, i) => expect(moved[i]).toBeCloseTo(probability, 6));
      }),
    );
  });

  it('is less sure at a higher temperature', () => {
    fc.assert(
      fc.property(logits, temperature, (values, t) => {
        expect(Math.max(...softmax(values, 2 * t))).toBeLessThanOrEqual(
          Math.max(...softmax(values, t)) + 1e-12,
        );
      }),
    );
  });
});

describe('the gate', () => {
  it('refuses a picture from the threshold on', () => {
    const gate = (none: number): Parameters<typeof isAccepted>[0] => ({
      dermatoscope: 1 - none,
      phone: 0,
      none,
    });
    expect(isAccepted(gate(0.49), tinyManifest())).toBe(true);
    expect(isAccepted(gate(0.5), tinyManifest())).toBe(false);
  });
});

describe('the calibration of a kind of picture', () => {
  it('is that for equally common conditions where the pack has no other', () => {
    const { predictionSet: set, operatingPoints } = calibration;
    const found = { predictionSet: set, operatingPoints, prior: undefined };
    expect(calibrationFor(tinyManifest(), 'dermatoscope', 'plain')).toEqual({ ...found, temperature: 1.5 });
    expect(calibrationFor(tinyManifest(), 'phone', 'eightViews')).toEqual({ ...found, temperature: 2 });
  });

  it('is judged by the likelier lesion domain, however likely no lesion is', () => {
    expect(pictureDomain(readGate([1, 0, 9], tinyManifest().domains))).toBe('dermatoscope');
    expect(pictureDomain(readGate([0, 1, 9], tinyManifest().domains))).toBe('phone');
  });
});

describe('predictionSet', () => {
  const probabilities = logits.map((values) => softmax(values));

  it('holds the likeliest class and every class that reaches the threshold, likeliest first', () => {
    fc.assert(
      fc.property(probabilities, fc.double({ min: 0, max: 1, noNaN: true }), (values, threshold) => {
        const set = predictionSet(values, threshold);
        expect(set[0]).toBe(values.indexOf(Math.max(...values)));
        expect(new Set(set).size).toBe(set.length);
        values.forEach((value, i) => {
          if (i !== set[0]) expect(set.includes(i)).toBe(value >= threshold);
        });
        expect(set).toEqual(ranked(values).slice(0, set.length));
      }),
    );
  });

  it('only grows when the threshold falls', () => {
    fc.assert(
      fc.property(probabilities, fc.double({ min: 0, max: 1, noNaN: true }), (values, threshold) => {
        const set = predictionSet(values, threshold);
        expect(predictionSet(values, threshold / 2)).toEqual(expect.arrayContaining(set));
      }),
    );
  });
});
