import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Failure } from '../../failure';
import { ranked, softmax } from '../calibration';
import { compareWithGolden, goldenInput, readGolden, type Golden } from './golden';
import type { Pack } from '../packs/pack';
import { makeTinyPack } from '../testdata/tiny-pack';

let pack: Pack;
let golden: Golden;

beforeAll(async () => {
  pack = await makeTinyPack();
  golden = { ...readGolden(pack), tolerance: { probability: 0.02, embedding: 0.05 } };
});

/** The expected outputs with something added to one of them. */
function outputs(changed?: 'logits' | 'gate' | 'embedding', by = 0): Parameters<typeof compareWithGolden>[0] {
  const { logits, gate, embedding } = golden.expected;
  const plus = (values: readonly number[], name: string): Float32Array =>
    Float32Array.from(values, (value, i) => (i === 0 && name === changed ? value + by : value));
  return {
    logits: plus(logits, 'logits'),
    gate: plus(gate, 'gate'),
    embedding: plus(embedding, 'embedding'),
  };
}

describe('compareWithGolden', () => {
  it('accepts what is expected, with no deviation to speak of', () => {
    const { deviation, fault } = compareWithGolden(outputs(), golden);
    expect(fault).toBeUndefined();
    expect(deviation).toBeLessThan(1e-6);
  });

  it.each(['logits', 'gate', 'embedding'] as const)('refuses %s that are off', (which) => {
    expect(compareWithGolden(outputs(which, 1e-4), golden).fault).toBeUndefined();
    for (const by of [3, -3, NaN, Infinity]) {
      expect(compareWithGolden(outputs(which, by), golden).fault).toBeTypeOf('string');
    }
  });

  it('compares as much of the embedding as is expected', () => {
    const { logits, gate, embedding } = outputs();
    const longer = Float32Array.of(...embedding, 7);
    expect(compareWithGolden({ logits, gate, embedding: longer }, golden).fault).toBeUndefined();
    const shorter = embedding.subarray(1);
    expect(compareWithGolden({ logits, gate, embedding: shorter }, golden).fault).toBeTypeOf('string');
  });

  it('accepts no outputs that change the order of classes which are clearly apart', () => {
    const expected = softmax(golden.expected.logits);
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (noise) => {
          const sound = outputs();
          const logits = sound.logits.map((logit, i) => logit + (noise[i] ?? 0));
          if (compareWithGolden({ ...sound, logits }, golden).fault !== undefined) return;
          const order = ranked(softmax(logits));
          order.forEach((lower, rank) => {
            for (const higher of order.slice(0, rank)) {
              expect((expected[lower] ?? 0) - (expected[higher] ?? 0)).toBeLessThanOrEqual(0.04);
            }
          });
        },
      ),
    );
  });
});

describe('readGolden', () => {
  it.each([
    ['no JSON', 'nothing'],
    ['a missing part', '{"input":{"side":1,"rgb":"AAAA"}}'],
  ])('refuses %s', (_what, text) => {
    const files = new Map(pack.files).set('golden.json', new TextEncoder().encode(text).buffer);
    expect(() => readGolden({ ...pack, files })).toThrow(Failure);
  });

  it('refuses a picture that is not square', () => {
    expect(() => goldenInput({ ...golden, input: { side: 7, rgb: golden.input.rgb } }, 224)).toThrow(
      /pack-damaged/,
    );
  });

  it('gives an input in the range of the network', () => {
    const input = goldenInput(golden, 224);
    expect(input).toHaveLength(224 * 224 * 3);
    expect(input.every((value) => value >= -1 && value <= 1)).toBe(true);
  });
});
