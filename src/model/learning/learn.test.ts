import { createRequire } from 'node:module';
import { memory } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { configureTensorflow, startWasm } from '../runtime/backend';
import { answerOf } from './guard';
import { fitLayer, matrixOf, disposeMatrix, pull, type Examples } from './fit';
import { logitsOf, type Layer } from './layer';
import type { Learnt } from './judge';
import { learn } from './learn';
import { madeWorld } from '../testdata/made-world';

const wasmFile = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
);

beforeAll(async () => {
  configureTensorflow(wasmFile);
  await startWasm();
});

const signal = new AbortController().signal;

function learnIn(world: ReturnType<typeof madeWorld>, of = world.corrections()): Promise<Learnt> {
  const { manifest, bank, shipped } = world;
  return learn({ manifest, bank, shipped, corrections: of }, { signal });
}

describe('learn', () => {
  it('adopts what it learns of pictures that are all shifted the same way', async () => {
    const world = madeWorld({ seed: 1, shift: 1 });
    const { report, answers } = await learnIn(world);
    expect(report.refusals).toEqual([]);
    expect(report.corrections.low).toBeGreaterThan(0);
    expect(report.corrections.after).toBeGreaterThan(report.corrections.before + 0.1);
    expect(report.bank.low).toBeGreaterThan(-0.02);
    expect(answers.some(({ before, after }) => before !== after)).toBe(true);
  });

  it('is right more often of new pictures of the same clinic', async () => {
    const world = madeWorld({ seed: 2, shift: 1 });
    const { head } = await learnIn(world);
    const fresh = world.corrections({ seed: 99 });
    const right = (layer: Layer): number =>
      [...fresh.truth].filter(
        (truth, at) => answerOf(logitsOf(layer, fresh.embeddings, at * fresh.dimension)) === truth,
      ).length;
    expect(right(head)).toBeGreaterThan(right(world.shipped) + fresh.truth.length * 0.1);
  });

  it.each([1, 2, 3, 4])('refuses corrections whose findings are chance (%i)', async (seed) => {
    const world = madeWorld({ seed, shift: 0 });
    const { report } = await learnIn(world, world.corrections({ findings: 'chance' }));
    expect(report.refusals).toContain('corrections-not-better');
  });

  it('refuses corrections that call every cancer benign', async () => {
    const world = madeWorld({ seed: 5, shift: 0, count: 300 });
    const wrong = world.corrections({ findings: 'cancer-is-benign' });
    expect((await learnIn(world, wrong)).report.refusals.length).toBeGreaterThan(0);
    // Without the bank a head would learn to agree with them: the guard sees what it has lost.
    const { manifest, bank, shipped } = world;
    const alone = await learn({ manifest, bank, shipped, corrections: wrong, weightOfBank: 0 }, { signal });
    expect(alone.report.refusals).toContain('sensitivity-lower');
    expect(alone.report.refusals).toContain('bank-worse');
  }, 30_000);

  it('finds nothing to adopt where the shipped head is right already', async () => {
    const world = madeWorld({ seed: 6, shift: 0 });
    expect((await learnIn(world)).report.refusals).toContain('corrections-not-better');
  });

  it('gives the same head for the same corrections, in whatever order they come', async () => {
    const world = madeWorld({ seed: 7, shift: 1, count: 40 });
    const first = await learnIn(world);
    expect(await learnIn(world)).toEqual(first);
    const turned = await learnIn(world, world.corrections({ turned: true }));
    expect(turned.report.refusals).toEqual(first.report.refusals);
    expect(turned.head.kernel.every((each, at) => Math.abs(each - (first.head.kernel[at] ?? 0)) < 1e-3)).toBe(
      true,
    );
  });

  it('never makes an alert level laxer, nor a prediction set smaller', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0, 1, 2), async (seed, shift) => {
        const { head } = await learnIn(madeWorld({ seed, shift, count: 30 }));
        for (const factor of Object.values(head.calibration.alertLevels)) {
          expect(factor).toBeGreaterThanOrEqual(0.5);
          expect(factor).toBeLessThanOrEqual(1);
        }
        expect(head.calibration.predictionSet).toBeGreaterThan(0);
        expect(head.calibration.predictionSet).toBeLessThanOrEqual(1);
      }),
      { numRuns: 5 },
    );
  }, 60_000);

  it('tells how far it is, and leaves no tensor behind', async () => {
    const world = madeWorld({ seed: 8, shift: 1, count: 30 });
    const before = memory().numTensors;
    const shares: number[] = [];
    await learn(
      { ...world, corrections: world.corrections() },
      { signal, onShare: (share) => shares.push(share) },
    );
    expect(memory().numTensors).toBe(before);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it('stops when nobody wants it any more, and leaves no tensor behind', async () => {
    const world = madeWorld({ seed: 9, shift: 1, count: 30 });
    const before = memory().numTensors;
    const stop = new AbortController();
    const learning = learn(
      { ...world, corrections: world.corrections() },
      { signal: stop.signal, onShare: () => stop.abort() },
    );
    await expect(learning).rejects.toMatchObject({ code: 'aborted' });
    expect(memory().numTensors).toBe(before);
  });
});

describe('fitLayer', () => {
  it('ends where the gradient is nearly none', async () => {
    const { shipped, corrections } = madeWorld({ seed: 3, shift: 1 });
    const { embeddings, dimension, truth } = corrections();
    const conditions = shipped.bias.length;
    const examples: Examples = {
      targets: Float32Array.from({ length: truth.length * conditions }, (_, at) =>
        truth[Math.floor(at / conditions)] === at % conditions ? 1 : 0,
      ),
      logPriors: new Float32Array(truth.length * conditions).fill(Math.log(1 / conditions)),
      weights: new Float32Array(truth.length).fill(1),
    };
    const matrix = matrixOf(embeddings, dimension);
    const fitted = await fitLayer(matrix, examples, shipped, { signal });
    disposeMatrix(matrix);
    const slope = (layer: Layer): number => {
      const gradient = layer.kernel.map((each, at) => pull * (each - (shipped.kernel[at] ?? 0)));
      truth.forEach((right, row) => {
        const logits = [...logitsOf(layer, embeddings, row * dimension)];
        const most = Math.max(...logits);
        const sum = logits.reduce((total, each) => total + Math.exp(each - most), 0);
        logits.forEach((logit, condition) => {
          const wrong = Math.exp(logit - most) / sum - (condition === right ? 1 : 0);
          for (let channel = 0; channel < dimension; channel++) {
            const at = channel * conditions + condition;
            gradient[at] =
              (gradient[at] ?? 0) + (wrong * (embeddings[row * dimension + channel] ?? 0)) / truth.length;
          }
        });
      });
      return Math.hypot(...gradient);
    };
    expect(slope(fitted)).toBeLessThan(0.04 * slope(shipped));
  });
});
