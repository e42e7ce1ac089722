import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NetworkOutputs } from './runtime/classifier';
import { composeCareful, composePrediction } from './predict';
import type { Prediction } from '../domain/prediction';
import { parseManifest } from '../domain/pack/manifest';
import golden from './testdata/chances-golden.json' with { type: 'json' };
import { tinyManifest } from './testdata/tiny-pack';

const manifest = tinyManifest();
const times = { decode: 1, resample: 2, inference: 3, total: 6 };

const context = { manifest, backend: 'wasm', quality: ['blurred'], times } as const;

function outputs(logits: readonly number[], gate: readonly number[], embedding = [1, 2]): NetworkOutputs {
  return {
    logits: Float32Array.from(logits),
    gate: Float32Array.from(gate),
    embedding: Float32Array.from(embedding),
  };
}

function read(logits: readonly number[], gate: readonly number[]): Prediction {
  return composePrediction(outputs(logits, gate), context);
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
        // A mean has no negative zero.
        expect(reading.logits).toEqual(Array.from(Float32Array.from(logits), (value) => value + 0));
        for (const point of reading.operatingPoints) {
          expect(point.probability).toBeLessThanOrEqual(1);
          expect(point.flagged).toBe(point.probability >= point.threshold);
        }
      }),
    );
  });
});

describe('composeCareful', () => {
  const melanoma = outputs([0, 0, 0, 0, 3, 0, 0], [5, 0, 0], [1, 2]);
  const naevus = outputs([0, 0, 0, 0, 0, 1.5, 0], [5, 0, 0], [3, 4]);

  it('is the mean of its views, and tells how far they agree', () => {
    const reading = composeCareful([melanoma, melanoma, naevus, melanoma], context);
    // Temperature 1.5.
    const sure = Math.exp(2) / (Math.exp(2) + 6);
    const little = 1 / (Math.exp(1) + 6);
    expect(reading.top).toBe('mel');
    expect(reading.probabilities[4]?.probability).toBeCloseTo((3 * sure + little) / 4, 6);
    expect(reading.logits[4]).toBeCloseTo(2.25, 6);
    expect(reading.embedding).toEqual(Float32Array.of(1.5, 2.5));
    expect(reading.views).toMatchObject({ count: 4, agree: 3 });
    expect(reading.views?.range[4]?.code).toBe('mel');
    expect(reading.views?.range[4]?.low).toBeCloseTo(little, 6);
    expect(reading.views?.range[4]?.high).toBeCloseTo(sure, 6);
  });

  it('judges the kind of picture, and whether there is a lesion, by the views together', () => {
    const phone = outputs([0, 0, 0, 0, 4, 0, 0], [0, 5, 0]);
    const unsure = outputs([0, 0, 0, 0, 4, 0, 0], [0.5, 0, 0]);
    // One temperature for all views: that of phones.
    const [low, high] = [unsure, phone].map(
      (view) => composeCareful([view, phone, phone], context).views?.range[4]?.low,
    );
    expect(low).toBe(high);
    const nothing = outputs([0, 0, 0, 0, 4, 0, 0], [0, 0, 9]);
    expect(composeCareful([phone, nothing, nothing], context).accepted).toBe(false);
  });

  it('adds nothing to a reading whose views are the same', () => {
    const { views, ...reading } = composeCareful([melanoma, melanoma], context);
    expect(reading).toEqual({ ...composePrediction(melanoma, context), mode: 'eightViews' });
    expect(views?.agree).toBe(2);
    for (const { code, low, high } of views?.range ?? []) {
      expect(low).toBe(high);
      expect(reading.probabilities.find((each) => each.code === code)?.probability).toBe(low);
    }
  });

  it('keeps every mean within its range', () => {
    const logits = fc.array(fc.float({ min: -50, max: 50, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(fc.array(logits, { minLength: 1, maxLength: 8 }), (views) => {
        const reading = composeCareful(
          views.map((each) => outputs(each, [3, 0, 0])),
          context,
        );
        const sum = reading.probabilities.reduce((total, { probability }) => total + probability, 0);
        expect(sum).toBeCloseTo(1, 9);
        for (const [index, { low, high }] of (reading.views?.range ?? []).entries()) {
          const probability = reading.probabilities[index]?.probability ?? NaN;
          expect(probability).toBeGreaterThanOrEqual(low - 1e-12);
          expect(probability).toBeLessThanOrEqual(high + 1e-12);
        }
      }),
    );
  });
});

describe('calibration by domain', () => {
  const { classes: codes, priors, domainCalibration, cases } = golden;
  const calibrated = parseManifest({ ...tinyManifest(), priors, domainCalibration });

  it('agrees with the training’s arithmetic, for one view and for eight', () => {
    for (const { mode, logits, gate, domain, chances, set, flagged } of cases) {
      const views = logits.map((view, k) => outputs(view, gate[k] ?? []));
      const within = { ...context, manifest: calibrated };
      const found =
        mode === 'plain' && views[0] ? composePrediction(views[0], within) : composeCareful(views, within);
      expect(found).toMatchObject({ mode, domain });
      expect(found.probabilities.map(({ code }) => code)).toEqual(codes);
      for (const [k, { probability }] of found.probabilities.entries()) {
        expect(probability).toBeCloseTo(chances[k] ?? NaN, 6);
      }
      expect([...found.set].sort()).toEqual(set);
      expect(found.operatingPoints.filter((point) => point.flagged).map(({ id }) => id)).toEqual(flagged);
    }
  });

  it('keeps what the picture says by itself, for other priors', () => {
    const found = composePrediction(outputs([0, 0, 0, 0, 2, 0, 0], [5, 0, 0]), {
      ...context,
      manifest: calibrated,
    });
    const { temperature } = domainCalibration.dermatoscope.plain;
    const odds = Math.exp(2 / temperature);
    expect(found.likelihoods?.[4]?.probability).toBeCloseTo(odds / (odds + 6), 6);
  });

  it('keeps none where the pack has no such calibration: then the probabilities are that', () => {
    expect(read([0, 0, 0, 0, 2, 0, 0], [5, 0, 0])).not.toHaveProperty('likelihoods');
  });

  it('keeps every mean within its range, under a prior as well', () => {
    const logits = fc.array(fc.float({ min: -20, max: 20, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(fc.array(logits, { minLength: 1, maxLength: 8 }), (views) => {
        const found = composeCareful(
          views.map((each) => outputs(each, [3, 0, 0])),
          { ...context, manifest: calibrated },
        );
        for (const [index, { low, high }] of (found.views?.range ?? []).entries()) {
          const probability = found.probabilities[index]?.probability ?? NaN;
          expect(probability).toBeGreaterThanOrEqual(low - 1e-12);
          expect(probability).toBeLessThanOrEqual(high + 1e-12);
        }
      }),
    );
  });
});
