/** Fits the last layer of the network to examples: multinomial regression with a penalty on the distance to the shipped layer. */
import {
  AdamOptimizer,
  add,
  dispose,
  matMul,
  mul,
  softmax,
  sub,
  sum,
  tensor2d,
  tidy,
  transpose,
  variable,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { Failure } from '../../failure';
import type { Layer } from './layer';

/** What every fit of one study shares. Its tensors are on the backend until `dispose`. */
export interface Matrix {
  readonly rows: Tensor2D;
  readonly columns: Tensor2D;
}

export interface Examples {
  /** What is right of each example, spread over the conditions: `count * conditions` values, each row sums to 1. */
  readonly targets: Float32Array;
  /** Log of how common the conditions are where each example comes from: `count * conditions` values. */
  readonly logPriors: Float32Array;
  /** 0 for an example that is left out; `count` values. */
  readonly weights: Float32Array;
}

/** Weight of the penalty, in units of loss; chosen on validation pictures, see docs/learning.md. */
export const pull = 0.05;

const steps = 80;
const rate = 0.01;

/** @param values `count * dimension` values, an example together */
export function matrixOf(values: Float32Array, dimension: number): Matrix {
  const rows = tensor2d(values, [values.length / dimension, dimension]);
  // Turned once: the WASM backend is slow at a product with a turned matrix.
  return { rows, columns: tidy(() => transpose(rows)) };
}

export function disposeMatrix({ rows, columns }: Matrix): void {
  dispose([rows, columns]);
}

/**
 * Weighted cross entropy under the examples' priors, as in training (Menon et al., arXiv:2007.07314), plus half the
 * squared distance from `start` times the pull. It is convex; Adam's rate falls to 0, so that it settles.
 * @param onStep after every few steps, with the share that is done, 0..1
 * @throws Failure `aborted`
 */
export async function fitLayer(
  { rows, columns }: Matrix,
  { targets, logPriors, weights }: Examples,
  start: Layer,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep?: (share: number) => void },
): Promise<Layer> {
  const conditions = start.bias.length;
  const [count, channels] = rows.shape;
  const total = weights.reduce((each, weight) => each + weight, 0);
  const constants = {
    targets: tensor2d(targets, [count, conditions]),
    priors: tensor2d(logPriors, [count, conditions]),
    weights: tensor2d(
      weights.map((weight) => weight / total),
      [count, 1],
    ),
    kernel: tensor2d(start.kernel, [channels, conditions]),
    bias: tensor2d(start.bias, [1, conditions]),
  };
  const kernel = variable(constants.kernel);
  const bias = variable(constants.bias);
  const optimizer = new LayerOptimizer(rate);
  try {
    for (let step = 0; step < steps; step++) {
      optimizer.slowTo(rate * (0.5 + 0.5 * Math.cos((Math.PI * step) / steps)));
      tidy(() => {
        const logits = add(add(matMul(rows, kernel), bias), constants.priors);
        const wrong = mul(sub(softmax(logits), constants.targets), constants.weights);
        optimizer.applyGradients({
          [kernel.name]: add(matMul(columns, wrong), mul(sub(kernel, constants.kernel), pull)),
          [bias.name]: add(sum(wrong, 0, true), mul(sub(bias, constants.bias), pull)),
        });
      });
      if (step % 8 === 7) {
        // A turn of the loop, in which an abort can arrive.
        await new Promise((resolve) => setTimeout(resolve));
        if (signal.aborted) throw new Failure('aborted', 'learning');
        onStep?.((step + 1) / steps);
      }
    }
    return {
      kernel: Float32Array.from(await kernel.data()),
      bias: Float32Array.from(await bias.data()),
    };
  } finally {
    optimizer.dispose();
    dispose([kernel, bias, ...Object.values(constants)]);
  }
}

/** Adam, whose rate may change from step to step. */
class LayerOptimizer extends AdamOptimizer {
  constructor(learningRate: number) {
    super(learningRate, 0.9, 0.999, 1e-8);
  }

  slowTo(learningRate: number): void {
    this.learningRate = learningRate;
  }
}
