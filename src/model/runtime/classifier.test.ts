import { createRequire } from 'node:module';
import { memory } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { configureTensorflow, startWasm } from './backend';
import { Classifier } from './classifier';
import { goldenInput, readGolden } from './golden';
import { decodeGraph } from './graph';
import type { Pack } from '../packs/pack';
import { makeTinyPack, tinyForward } from '../testdata/tiny-pack';

const wasmFile = createRequire(import.meta.url).resolve(
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
);
let pack: Pack;

beforeAll(async () => {
  configureTensorflow(wasmFile);
  await startWasm();
  pack = await makeTinyPack();
});

interface PlaceholderShape {
  readonly shape: { readonly dim: { size: string }[] };
}

describe('Classifier', () => {
  it('gives what the network gives in plain arithmetic', async () => {
    const classifier = new Classifier('wasm', decodeGraph(pack), pack.manifest);
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const input = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => Math.sin(i * 0.01 + seed));
        const { logits, gate, embedding } = await classifier.run(input);
        const expected = tinyForward(input);
        expectClose(logits, expected.logits);
        expectClose(gate, expected.gate);
        expectClose(embedding, expected.embedding);
      }),
      { numRuns: 5 },
    );
    classifier.dispose();
  });

  it.each([-1, 1])('gives the same for several inputs at once, in a graph for %i', async (batch) => {
    const artifacts = decodeGraph(pack);
    const { node } = artifacts.modelTopology as {
      node: { op: string; attr?: { shape: PlaceholderShape } }[];
    };
    const shape = node.find(({ op }) => op === 'Placeholder')?.attr?.shape.shape.dim[0];
    if (!shape) throw new Error('no input');
    shape.size = String(batch);
    const classifier = new Classifier('wasm', artifacts, pack.manifest);
    const inputs = [1, 2, 3].map((seed) =>
      Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => Math.sin(i * 0.01 + seed)),
    );
    const together = await classifier.runTogether(inputs);
    expect(together).toHaveLength(3);
    for (const [at, input] of inputs.entries()) expect(together[at]).toEqual(await classifier.run(input));
    classifier.dispose();
  });

  it('leaks no tensor in 200 classifications, and none when it is disposed', async () => {
    const before = memory().numTensors;
    const classifier = new Classifier('wasm', decodeGraph(pack), pack.manifest);
    const input = goldenInput(readGolden(pack), 224);
    await classifier.run(input);
    const { numTensors, numBytes } = memory();
    for (let i = 0; i < 200; i++) await classifier.run(input);
    expect(memory()).toMatchObject({ numTensors, numBytes });
    classifier.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('finds the head of the classes: its product with the mean features is the logits', async () => {
    const classifier = new Classifier('wasm', decodeGraph(pack), pack.manifest);
    const input = Float32Array.from({ length: 224 * 224 * 3 }, (_, i) => Math.sin(i * 0.01));
    const { logits } = await classifier.run(input);
    const { numTensors } = memory();
    const { features, width, height, kernel, classes } = await classifier.attention(input);
    expect(memory().numTensors).toBe(numTensors);
    const channels = kernel.length / classes;
    const means = Array.from({ length: channels }, (_, channel) => {
      let sum = 0;
      for (let i = channel; i < features.length; i += channels) sum += features[i] ?? 0;
      return sum / (width * height);
    });
    expectClose(
      logits,
      Array.from({ length: classes }, (_, k) =>
        means.reduce((sum, mean, channel) => sum + mean * (kernel[channel * classes + k] ?? 0), 0),
      ),
    );
    classifier.dispose();
  });

  it('gives an outline only where the pack has one', async () => {
    const input = new Float32Array(224 * 224 * 3);
    const without = new Classifier('wasm', decodeGraph(pack), pack.manifest);
    expect(await without.outline(input)).toBeUndefined();
    without.dispose();
    const outputs = { ...pack.manifest.outputs, outline: 'logits' };
    const withOutline = new Classifier('wasm', decodeGraph(pack), { ...pack.manifest, outputs });
    expect(await withOutline.outline(input)).toEqual((await withOutline.run(input)).logits);
    withOutline.dispose();
  });

  it('leaks no tensor when a pass fails', async () => {
    const manifest = { ...pack.manifest, outputs: { ...pack.manifest.outputs, gate: 'features' } };
    const classifier = new Classifier('wasm', decodeGraph(pack), manifest);
    const { numTensors } = memory();
    await expect(classifier.run(new Float32Array(224 * 224 * 3))).rejects.toThrow(/pack-damaged/);
    await expect(classifier.run(new Float32Array(7))).rejects.toThrow();
    expect(memory().numTensors).toBe(numTensors);
    classifier.dispose();
  });
});

function expectClose(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 3));
}
