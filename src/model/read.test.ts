import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeReading } from './read';
import type { Reading } from './reading';
import { tinyManifest } from './testdata/tiny-pack';

const manifest = tinyManifest();
const times = { decode: 1, resample: 2, inference: 3, total: 6 };

function read(logits: readonly number[], gate: readonly number[]): Reading {
  const outputs = {
    logits: Float32Array.from(logits),
    gate: Float32Array.from(gate),
    embedding: Float32Array.of(1, 2),
  };
  return composeReading(outputs, { manifest, backend: 'wasm', quality: ['blurred'], times });
}

describe('composeReading', () => {
  it('puts outputs into the terms of the pack', () => {
    const reading = read([0, 0, 0, 0, 3, 1.5, 0], [5, 0, 0]);
    // Temperature 1.5: odds e^2 : e^1 : 1.
    const sum = Math.exp(2) + Math.exp(1) + 5;
    expect(reading.pack).toEqual({ id: 'tiny', version: '1.0.0' });
    expect(reading.top).toBe('mel');
    expect(reading.probabilities.map(({ code }) => code)).toEqual(manifest.classes.map(({ code }) => code));
    expect(reading.probabilities[4]?.probability).toBeCloseTo(Math.exp(2) / sum, 6);
    expect(reading.probabilities[5]?.probability).toBeCloseTo(Math.exp(1) / sum, 6);
    expect(reading.set).toEqual(['mel']);
    expect(reading.accepted).toBe(true);
    const [screening] = reading.operatingPoints;
    expect(screening).toMatchObject({ id: 'screening', threshold: 0.3, flagged: true });
    expect(screening?.probability).toBeCloseTo((Math.exp(2) + 2) / sum, 6);
    expect(reading).toMatchObject({ backend: 'wasm', quality: ['blurred'], times });
    expect(reading.embedding).toEqual(Float32Array.of(1, 2));
  });

  it('reads a phone picture with the temperature of phones', () => {
    const reading = read([0, 0, 0, 0, 4, 0, 0], [0, 5, 0]);
    expect(reading.probabilities[4]?.probability).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 6), 6);
  });

  it('does not accept a picture without a lesion', () => {
    expect(read([0, 0, 0, 0, 4, 0, 0], [0, 0, 5]).accepted).toBe(false);
  });

  it('is consistent, whatever the network gives', () => {
    const value = fc.float({ min: -50, max: 50, noNaN: true });
    const some = (count: number): fc.Arbitrary<number[]> =>
      fc.array(value, { minLength: count, maxLength: count });
    fc.assert(
      fc.property(some(7), some(3), (logits, gate) => {
        const reading = read(logits, gate);
        const best = Math.max(...reading.probabilities.map(({ probability }) => probability));
        expect(reading.probabilities.find(({ code }) => code === reading.top)?.probability).toBe(best);
        expect(reading.set[0]).toBe(reading.top);
        expect(reading.logits).toEqual(Array.from(Float32Array.from(logits)));
        for (const point of reading.operatingPoints) {
          expect(point.probability).toBeLessThanOrEqual(1);
          expect(point.flagged).toBe(point.probability >= point.threshold);
        }
      }),
    );
  });
});
