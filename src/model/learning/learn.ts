/** Learning from the doctor: a new head from corrections and the bank, and whether it is better. */
import type { HeadWeights, LearningReport } from '../../domain/learning/head';
import { readDomains, type Manifest } from '../../domain/pack/manifest';
import type { PictureDomain } from '../../domain/prediction';
import { calibrationFor, type Calibration } from '../calibration';
import { lesionsByCondition } from '../../domain/learning/corrections';
import type { Bank } from './bank';
import { countOf, halfOfBank, logPriorsOf, type Cases } from './cases';
import { disposeMatrix, fitLayer, matrixOf, type Examples } from './fit';
import { foldsOf } from './folds';
import { answerOf, atLevel, changesOf, refusalsOf } from './guard';
import { logitsOf, type Layer } from './layer';
import { recalibrated, type Said } from './recalibrate';

/** What the bank's half counts beside the corrections, in corrections; chosen on validation pictures. */
const bankWeight = 400;
/** What the bank counts where a temperature is chosen, as in training. */
const borrowed = 100;
/** Share of a target that is spread over the conditions, each by its prior, as in training. */
const smoothing = 0.02;
const folds = 5;
/** Conditions with fewer entries in the bank's held-out half are named. */
const fewEntries = 50;

export interface LearningTask {
  readonly manifest: Manifest;
  readonly corrections: Cases;
  readonly bank: Bank;
  readonly shipped: Layer;
  readonly seed?: number;
  /** What the bank counts in learning; 0 leaves it out, in studies only. */
  readonly weightOfBank?: number;
}

/** What a head says of a correction: indices of conditions. */
interface Answer {
  readonly before: number;
  /** By a head that did not learn from this lesion. */
  readonly after: number;
}

export interface Learnt {
  readonly head: HeadWeights;
  readonly report: LearningReport;
  /** By correction. */
  readonly answers: readonly Answer[];
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
  const judging = halfOfBank(bank, true, borrowed);
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
  const before = [saidBy(shipped, corrections), saidBy(shipped, judging)] as const;
  const after = [{ cases: corrections, logits: unseen }, saidBy(layer, judging)] as const;
  return summed(task, layer, before, after);
}

function summed(
  { manifest, corrections, seed = 1 }: LearningTask,
  layer: Layer,
  before: readonly [Said, Said],
  after: readonly [Said, Said],
): Learnt {
  const codes = manifest.classes.map(({ code }) => code);
  const calibrationOf = (domain: PictureDomain): Calibration => calibrationFor(manifest, domain, 'plain');
  const domains = readDomains(manifest);
  const calibration = recalibrated(before, after, codes, domains, calibrationOf);
  const changes = changesOf(before, after, seed);
  const [point] = calibrationOf(domains[0]).operatingPoints;
  const alertOf = (at: 0 | 1): LearningReport['alert']['bank'] =>
    point
      ? atLevel(before[at], after[at], codes, calibrationOf, calibration, point)
      : { sensitivity: null, specificity: null };
  const alert = { corrections: alertOf(0), bank: alertOf(1) };
  const named = Array.from(corrections.truth, (truth, at) => ({
    code: codes[truth] ?? '',
    lesion: corrections.lesions[at] ?? '',
  }));
  const { truth } = before[1].cases;
  return {
    head: {
      pack: { id: manifest.id, version: manifest.version },
      ...layer,
      calibration,
    },
    report: {
      lesions: new Set(corrections.lesions).size,
      pictures: countOf(corrections),
      conditions: lesionsByCondition(named),
      ...changes,
      alert,
      fewInBank: codes.filter((_, index) => truth.filter((each) => each === index).length < fewEntries),
      refusals: refusalsOf(changes.corrections, changes.bank, alert),
    },
    answers: before[0].logits.map((logits, at) => ({
      before: answerOf(logits),
      after: answerOf(after[0].logits[at] ?? []),
    })),
  };
}

function saidBy(layer: Layer, cases: Cases): Said {
  return {
    cases,
    logits: cases.lesions.map((_, at) => logitsOf(layer, cases.embeddings, at * cases.dimension)),
  };
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
