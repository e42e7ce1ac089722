import type { QualityIssue } from '../image/quality';
import { isAccepted, predictionSet, ranked, readGate, softmax, temperatureFor } from './calibration';
import type { NetworkOutputs } from './classifier';
import type { Manifest } from './manifest';
import type { Backend, ClassProbability, OperatingPointReading, Reading, ReadingTimes } from './reading';

/** What is known of a reading beside the network's outputs. */
export interface ReadingContext {
  readonly manifest: Manifest;
  readonly backend: Backend;
  readonly quality: readonly QualityIssue[];
  readonly times: ReadingTimes;
}

/** Puts the network's outputs into the terms of the pack. */
export function composeReading(outputs: NetworkOutputs, context: ReadingContext): Reading {
  const { manifest, backend, quality, times } = context;
  const { calibration } = manifest;
  const codes = manifest.classes.map(({ code }) => code);
  const gate = readGate(outputs.gate);
  const values = softmax(outputs.logits, temperatureFor(gate, calibration));
  const code = (index: number): string => codes[index] ?? '';
  const probabilities = values.map((probability, index) => ({ code: code(index), probability }));
  return {
    pack: { id: manifest.id, version: manifest.version },
    backend,
    probabilities,
    logits: Array.from(outputs.logits),
    top: code(ranked(values)[0] ?? 0),
    set: predictionSet(values, calibration.predictionSet.threshold).map(code),
    gate,
    accepted: isAccepted(gate, calibration),
    operatingPoints: calibration.operatingPoints.map((point) => readPoint(point, probabilities)),
    quality,
    embedding: outputs.embedding,
    times,
  };
}

/** An operating point flags a picture when its classes together reach its threshold. */
function readPoint(
  { id, classes, threshold }: Manifest['calibration']['operatingPoints'][number],
  probabilities: readonly ClassProbability[],
): OperatingPointReading {
  const probability = probabilities
    .filter(({ code }) => classes.includes(code))
    .reduce((sum, each) => sum + each.probability, 0);
  return { id, probability: Math.min(probability, 1), threshold, flagged: probability >= threshold };
}
