import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../domain/learning/head';
import { tinyManifest } from '../testdata/tiny-pack';
import { fits, withHead } from './adapt';
import { decodeBank } from './bank';
import { changeOf, fewCases } from './figures';
import { foldsOf } from './folds';
import { refusalsOf } from './guard';

const better: Change = { before: 0.5, after: 0.7, low: 0.05, high: 0.35 };
const same: Change = { before: 0.8, after: 0.8, low: -0.01, high: 0.01 };
const level = (before: number, after: number) => ({ sensitivity: { before, after }, specificity: null });
const calm = { corrections: level(0.9, 0.9), bank: level(0.9, 0.9) };

describe('refusalsOf', () => {
  it.each<[string, Change, Change, typeof calm, readonly string[]]>([
    ['adopts what is better and keeps the rest', better, same, calm, []],
    ['wants a lower bound above 0', { ...better, low: 0 }, same, calm, ['corrections-not-better']],
    ['wants the bank within 2 points', better, { ...same, low: -0.02 }, calm, ['bank-worse']],
    [
      'wants as much sensitivity on corrections',
      better,
      same,
      { ...calm, corrections: level(0.9, 0.89) },
      ['sensitivity-lower'],
    ],
    [
      'wants as much sensitivity on the bank',
      better,
      same,
      { ...calm, bank: level(0.9, 0.89) },
      ['sensitivity-lower'],
    ],
  ])('%s', (_what, corrections, bank, alert, refusals) => {
    expect(refusalsOf(corrections, bank, alert)).toEqual(refusals);
  });
});

describe('changeOf', () => {
  const judged = fc.record({
    condition: fc.nat(3),
    weight: fc.constantFrom(0.5, 1),
    before: fc.constantFrom(0, 0.5, 1),
    after: fc.constantFrom(0, 0.5, 1),
  });

  it('holds the difference in its interval, and is the same whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(judged, { minLength: 1, maxLength: 60 }), (cases) => {
        const change = changeOf(cases, 7);
        expect(changeOf(cases, 7)).toEqual(change);
        expect(change.low).toBeLessThanOrEqual(change.after - change.before + 0.05);
        expect(change.high).toBeGreaterThanOrEqual(change.after - change.before - 0.05);
      }),
      { numRuns: 30 },
    );
  });

  it('is 0 where nothing changes', () => {
    fc.assert(
      fc.property(fc.array(judged, { maxLength: 40 }), (cases) => {
        const { low, high } = changeOf(
          cases.map((each) => ({ ...each, after: each.before })),
          1,
        );
        expect([low, high].map(Math.abs)).toEqual([0, 0]);
      }),
      { numRuns: 20 },
    );
  });

  it('counts every condition alike, and those with few cases together as one', () => {
    const of = (condition: number, count: number, after: number) =>
      Array.from({ length: count }, () => ({ condition, weight: 1, before: 0, after }));
    expect(changeOf([...of(0, 90, 1), ...of(1, 10, 0)], 1).after).toBe(0.5);
    const rare = [...of(1, fewCases - 1, 1), ...of(2, 1, 0)];
    expect(changeOf([...of(0, 90, 1), ...rare], 1).after).toBeCloseTo(
      (1 + (fewCases - 1) / fewCases) / 2,
      10,
    );
  });
});

describe('foldsOf', () => {
  it('never parts a lesion, and gives each fold its share of every condition', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(40), fc.nat(2)), { minLength: 1 }),
        fc.integer(),
        (pairs, seed) => {
          const condition = new Map(pairs);
          const lesions = pairs.map(([lesion]) => `${lesion}`);
          const truth = pairs.map(([lesion]) => condition.get(lesion) ?? 0);
          const folds = foldsOf(lesions, truth, 5, seed);
          const byLesion = new Map(lesions.map((lesion, at) => [lesion, folds[at]]));
          expect([...folds]).toEqual(lesions.map((lesion) => byLesion.get(lesion)));
          for (const kind of new Set(truth)) {
            const own = new Set(lesions.filter((_, at) => truth[at] === kind));
            const sizes = [0, 1, 2, 3, 4].map(
              (fold) => [...own].filter((each) => byLesion.get(each) === fold).length,
            );
            expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });
});

describe('decodeBank', () => {
  const listed = {
    path: 'bank.bin',
    bytes: 26,
    sha256: '0'.repeat(64),
    count: 2,
    dimension: 2,
    sources: [{ dataSet: 'made', domain: 'phone' as const }],
  };
  const bytes = (): ArrayBuffer => {
    const made = new DataView(new ArrayBuffer(26));
    [0.5, 2, 1, -1].forEach((value, at) => made.setFloat32(4 * at, value, true));
    [0, 10, 255, 3, /* conditions */ 1, 4, /* sources */ 0, 0, /* held out */ 0, 1].forEach((value, at) =>
      made.setUint8(16 + at, value),
    );
    return made.buffer;
  };

  it('reads what the training writes', () => {
    const bank = decodeBank(bytes(), listed);
    expect([...bank.embeddings]).toEqual([1, 19, 128.5, 5]);
    expect([...bank.conditions]).toEqual([1, 4]);
    expect(bank.domains).toEqual(['phone', 'phone']);
    expect([...bank.heldOut]).toEqual([0, 1]);
  });

  it('refuses bytes that do not belong to the manifest', () => {
    expect(() => decodeBank(bytes().slice(1), listed)).toThrow(/25 of 26 bytes/);
    expect(() => decodeBank(bytes(), { ...listed, sources: [] })).toThrow(/no source 0/);
  });
});

describe('a head', () => {
  const head = {
    pack: { id: 'tiny', version: '1.0.0' },
    kernel: new Float32Array(28),
    bias: new Float32Array(7),
    calibration: {
      temperature: { dermatoscope: 2, phone: 0.5 },
      predictionSet: 0.5,
      alertLevels: { screening: 0.5 },
    },
  };

  it('is only for the pack that it was learnt for', () => {
    expect(fits(head, tinyManifest())).toBe(true);
    expect(fits(head, tinyManifest({ version: '1.0.1' }))).toBe(false);
    expect(fits(head, tinyManifest({ id: 'other' }))).toBe(false);
  });

  it('changes how numbers are read, and leaves the pack as it is', () => {
    const manifest = tinyManifest();
    const { calibration } = withHead(manifest, head);
    expect(calibration.temperature).toEqual({ dermatoscope: 3, phone: 1 });
    expect(calibration.predictionSet.threshold).toBe(0.1);
    expect(calibration.operatingPoints[0]?.threshold).toBe(0.15);
    expect(manifest).toEqual(tinyManifest());
  });
});
