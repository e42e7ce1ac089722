import { calibrationFor, isAccepted, judged, readGate, softmax } from './calibration';
import type { NetworkOutputs } from './runtime/classifier';
import type { HeadName } from '../domain/learning/head';
import type { Manifest } from '../domain/pack/manifest';
import { wordsOf } from '../domain/pack/words';
import {
  pictureDomain,
  type Backend,
  type ConditionProbability,
  type GatePrediction,
  type Prediction,
  type PredictionTimes,
  type QualityIssue,
  type ViewMode,
} from '../domain/prediction';

/** What a prediction needs besides the network's outputs. */
export interface PredictionContext {
  readonly manifest: Manifest;
  /** The head that took the place of the pack's own. */
  readonly head?: HeadName | undefined;
  readonly backend: Backend;
  readonly quality: readonly QualityIssue[];
  readonly times: PredictionTimes;
}

/** Puts the network's outputs into the terms of the pack. */
export function composePrediction(outputs: NetworkOutputs, context: PredictionContext): Prediction {
  return compose([outputs], 'plain', context).prediction;
}

/**
 * One prediction from several views of a picture (test-time augmentation): the mean of their gates, and of
 * their likelihoods by the calibration that this gate calls for, with how far the views agree.
 * @param views at least one; the first is of the picture as it is
 */
export function composeCareful(views: readonly NetworkOutputs[], context: PredictionContext): Prediction {
  const { prediction, each } = compose(views, 'eightViews', context);
  return {
    ...prediction,
    views: {
      count: views.length,
      agree: each.filter(({ top }) => top === prediction.top).length,
      range: prediction.probabilities.map(({ code }, index) => {
        const values = each.map(({ probabilities }) => probabilities[index]?.probability ?? 0);
        return { code, low: Math.min(...values), high: Math.max(...values) };
      }),
    },
  };
}

/** The prediction from the mean of the views, and what each view alone gives. */
function compose(
  views: readonly NetworkOutputs[],
  mode: ViewMode,
  { manifest, head, backend, quality, times }: PredictionContext,
): { prediction: Prediction; each: Pick<Prediction, 'top' | 'probabilities'>[] } {
  const gate = meanGate(views.map((view) => readGate(view.gate, manifest.domains)));
  const domain = pictureDomain(gate, manifest.refused);
  const words = wordsOf(manifest);
  const calibration = calibrationFor(manifest, domain, mode);
  const named = (values: readonly number[]): ConditionProbability[] =>
    manifest.classes.map(({ code }, index) => ({ code, probability: values[index] ?? 0 }));
  const each = views.map(({ logits }) => softmax(logits, calibration.temperature));
  const likelihoods = named(mean(each));
  const prediction: Prediction = {
    pack: { id: manifest.id, version: manifest.version },
    ...(words && { words }),
    ...(head && { head: { id: head.id, createdAt: head.createdAt } }),
    backend,
    domain,
    mode,
    ...(calibration.prior && { likelihoods }),
    ...judged(likelihoods, calibration),
    logits: mean(views.map(({ logits }) => logits)),
    gate,
    accepted: isAccepted(gate, manifest),
    quality,
    embedding: Float32Array.from(mean(views.map(({ embedding }) => embedding))),
    times,
  };
  return { prediction, each: each.map((values) => judged(named(values), calibration)) };
}

/** Of rows of equal length, value by value. */
function mean(rows: readonly ArrayLike<number>[]): number[] {
  return Array.from(
    rows[0] ?? [],
    (_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length,
  );
}

function meanGate(gates: readonly GatePrediction[]): GatePrediction {
  const domains = Object.keys(gates[0] ?? {});
  const values = mean(gates.map((gate) => domains.map((domain) => gate[domain] ?? 0)));
  return Object.fromEntries(domains.map((domain, at) => [domain, values[at] ?? 0]));
}
