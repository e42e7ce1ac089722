import { isAccepted, predictionSet, ranked, readGate, softmax, temperatureFor } from './calibration';
import type { NetworkOutputs } from './runtime/classifier';
import type { HeadName } from '../domain/learning/head';
import type { Manifest } from '../domain/pack/manifest';
import type {
  QualityIssue,
  Backend,
  ConditionProbability,
  GatePrediction,
  OperatingPointPrediction,
  Prediction,
  PredictionTimes,
} from '../domain/prediction';

/** What is known of a reading beside the network's outputs. */
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
  return compose([outputs], context).reading;
}

/**
 * One reading of several views of a picture (test-time augmentation): the mean of their gates, and of
 * their probabilities by the temperature that this gate calls for, with how far the views agree.
 * @param views at least one; the first is of the picture as it is
 */
export function composeCareful(views: readonly NetworkOutputs[], context: PredictionContext): Prediction {
  const { reading, each } = compose(views, context);
  const top = reading.probabilities.findIndex(({ code }) => code === reading.top);
  return {
    ...reading,
    views: {
      count: views.length,
      agree: each.filter((values) => ranked(values)[0] === top).length,
      range: reading.probabilities.map(({ code }, index) => {
        const values = each.map((view) => view[index] ?? 0);
        return { code, low: Math.min(...values), high: Math.max(...values) };
      }),
    },
  };
}

/** The reading of the views' mean, and the probabilities of each view. */
function compose(
  views: readonly NetworkOutputs[],
  { manifest, head, backend, quality, times }: PredictionContext,
): { reading: Prediction; each: number[][] } {
  const { calibration } = manifest;
  const codes = manifest.classes.map(({ code }) => code);
  const gate = meanGate(views.map((view) => readGate(view.gate)));
  const temperature = temperatureFor(gate, calibration);
  const each = views.map(({ logits }) => softmax(logits, temperature));
  const values = mean(each);
  const code = (index: number): string => codes[index] ?? '';
  const probabilities = values.map((probability, index) => ({ code: code(index), probability }));
  const reading: Prediction = {
    pack: { id: manifest.id, version: manifest.version },
    ...(head && { head: { id: head.id, createdAt: head.createdAt } }),
    backend,
    probabilities,
    logits: mean(views.map(({ logits }) => logits)),
    top: code(ranked(values)[0] ?? 0),
    set: predictionSet(values, calibration.predictionSet.threshold).map(code),
    gate,
    accepted: isAccepted(gate, calibration),
    operatingPoints: calibration.operatingPoints.map((point) => readPoint(point, probabilities)),
    quality,
    embedding: Float32Array.from(mean(views.map(({ embedding }) => embedding))),
    times,
  };
  return { reading, each };
}

/** Of rows of equal length, value by value. */
function mean(rows: readonly ArrayLike<number>[]): number[] {
  return Array.from(
    rows[0] ?? [],
    (_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length,
  );
}

function meanGate(gates: readonly GatePrediction[]): GatePrediction {
  const [dermatoscope = 0, phone = 0, none = 0] = mean(
    gates.map((gate) => [gate.dermatoscope, gate.phone, gate.none]),
  );
  return { dermatoscope, phone, none };
}

/** An operating point flags a picture when its classes together reach its threshold. */
function readPoint(
  { id, classes, threshold }: Manifest['calibration']['operatingPoints'][number],
  probabilities: readonly ConditionProbability[],
): OperatingPointPrediction {
  const probability = probabilities
    .filter(({ code }) => classes.includes(code))
    .reduce((sum, each) => sum + each.probability, 0);
  return { id, probability: Math.min(probability, 1), threshold, flagged: probability >= threshold };
}
