/** Learning from the doctor: a new head from corrections and the bank, and whether it is better. */
import { countOf, halfOfBank, logPriorsOf, type Cases } from './cases';
import { disposeMatrix, fitLayer, matrixOf, type Examples } from './fit';
import { foldsOf } from './folds';
import { judge, type JudgedTask, type Learnt } from './judge';
import { logitsOf } from './layer';

/** Weight of the bank's learning half, in corrections; chosen on validation pictures. */
const bankWeight = 400;
/** Share of a target that is spread over the conditions, each by its prior, as in training. */
const smoothing = 0.02;
const folds = 5;

export interface LearningTask extends JudgedTask {
  /** What the bank counts in learning; 0 leaves it out, in studies only. */
  readonly weightOfBank?: number;
}

export interface LearningOptions {
  readonly signal: AbortSignal;
  /** Share that is done, 0..1. */
  readonly onShare?: (share: number) => void;
}

/**
 * Fits the last layer to all corrections, and once more without each fold of lesions, so that the guard judges it by
 * lesions that it has not seen. The tfjs backend must have started.
 * @throws Failure `aborted`
 */
export async function learn(task: LearningTask, options: LearningOptions): Promise<Learnt> {
  const { manifest, corrections, bank, shipped, seed = 1, weightOfBank = bankWeight } = task;
  const conditions = manifest.classes.length;
  const learning = halfOfBank(bank, false, weightOfBank);
  const fold = foldsOf(corrections.lesions, corrections.truth, folds, seed);
  const count = countOf(corrections);
  const matrix = matrixOf(joined(corrections.embeddings, learning.embeddings), corrections.dimension);
  const unseen: ArrayLike<number>[] = Array.from({ length: count }, () => []);
  let layer = shipped;
  try {
    for (let left = 0; left <= folds; left++) {
      // The last one leaves nothing out: it is the head.
      const known = (at: number): boolean => fold[at] !== left;
      layer = await fitLayer(matrix, examplesOf(corrections, learning, conditions, known), shipped, {
        signal: options.signal,
        onStep: (share) => options.onShare?.((left + share) / (folds + 1)),
      });
      for (let at = 0; at < count; at++) {
        if (!known(at)) unseen[at] = logitsOf(layer, corrections.embeddings, at * corrections.dimension);
      }
    }
  } finally {
    disposeMatrix(matrix);
  }
  return judge(task, layer, { cases: corrections, logits: unseen });
}

/** The corrections that are known and the learning half of the bank, each under its own priors. */
function examplesOf(
  corrections: Cases,
  bank: Cases,
  conditions: number,
  known: (at: number) => boolean,
): Examples {
  const logPriors = joined(
    logPriorsOf(corrections, conditions, known),
    logPriorsOf(bank, conditions, () => true),
  );
  const truth = [...corrections.truth, ...bank.truth];
  return {
    logPriors,
    targets: Float32Array.from(logPriors, (_, at) => {
      const row = Math.floor(at / conditions) * conditions;
      const priors = logPriors.subarray(row, row + conditions);
      const total = priors.reduce((sum, each) => sum + Math.exp(each), 0);
      const right = truth[row / conditions] === at - row ? 1 - smoothing : 0;
      return right + (smoothing * Math.exp(logPriors[at] ?? 0)) / total;
    }),
    weights: joined(
      corrections.weights.map((weight, at) => (known(at) ? weight : 0)),
      bank.weights,
    ),
  };
}

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const both = new Float32Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
