/** From raw network outputs to numbers that may be read as probabilities, and to what they imply. */
import type { Manifest } from '../domain/pack/manifest';
import { pictureDomain, type GatePrediction } from '../domain/prediction';

/**
 * Softmax of `logits / temperature`, in float64: n values, 0..1, that sum to 1.
 * Temperature scaling: Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks",
 * ICML 2017, equation 9.
 * @param temperature above 0; above 1 makes the probabilities less sure of themselves
 */
export function softmax(logits: ArrayLike<number>, temperature = 1): number[] {
  const scaled = Array.from(logits, (logit) => logit / temperature);
  // The largest is taken off so that no exponential overflows.
  const largest = Math.max(...scaled);
  const exponentials = scaled.map((value) => Math.exp(value - largest));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** The gate's three logits, in the order of the manifest's domains, as probabilities. */
export function readGate(logits: ArrayLike<number>): GatePrediction {
  const [dermatoscope = 0, phone = 0, none = 0] = softmax(logits);
  return { dermatoscope, phone, none };
}

/** Whether the picture is taken to show a lesion: refused when p(none) reaches the threshold. */
export function isAccepted(gate: GatePrediction, { gate: { threshold } }: Manifest['calibration']): boolean {
  return gate.none < threshold;
}

/** The temperature of the likelier way in which a lesion was pictured. */
export function temperatureFor(gate: GatePrediction, { temperature }: Manifest['calibration']): number {
  return temperature[pictureDomain(gate)];
}

/** Indices from the likeliest to the least likely class; the manifest's order where they tie. */
export function ranked(probabilities: readonly number[]): number[] {
  return probabilities
    .map((probability, index) => ({ probability, index }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .map(({ index }) => index);
}

/**
 * Least ambiguous set: every class whose probability reaches the threshold, and always the likeliest.
 * Sadinle, Lei, Wasserman, "Least Ambiguous Set-Valued Classifiers With Bounded Error Levels",
 * JASA 114 (2019); the threshold is the conformal quantile on validation that gives the coverage.
 * @returns indices, likeliest first
 */
export function predictionSet(probabilities: readonly number[], threshold: number): number[] {
  return ranked(probabilities).filter(
    (index, rank) => rank === 0 || (probabilities[index] ?? 0) >= threshold,
  );
}
