/** From raw network outputs to numbers that may be read as probabilities, and to what they imply. */
import type { Manifest } from '../domain/pack/manifest';
import {
  type ConditionProbability,
  type GatePrediction,
  type OperatingPointPrediction,
  type PictureDomain,
  type Prediction,
  type ViewMode,
} from '../domain/prediction';
import { underPrior, type Prior } from '../domain/chances/priors';

/** How the outputs for a kind of picture are read. */
export interface Calibration extends Pick<Manifest['calibration'], 'predictionSet' | 'operatingPoints'> {
  /** Divides the logits before softmax. */
  readonly temperature: number;
  /** Set and operating points hold for chances under it; undefined where all conditions are equally common. */
  readonly prior: Prior | undefined;
}

type CalibratedPack = Pick<Manifest, 'calibration' | 'priors' | 'domainCalibration'>;

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

/** The gate's logits, in the order of the manifest's domains, as probabilities. */
export function readGate(logits: ArrayLike<number>, domains: readonly string[]): GatePrediction {
  const values = softmax(logits);
  return Object.fromEntries(domains.map((domain, at) => [domain, values[at] ?? 0]));
}

/** Whether the gate accepts the picture: refused when the probability of the refused domain reaches the threshold. */
export function isAccepted(
  gate: GatePrediction,
  { refused, calibration }: Pick<Manifest, 'refused' | 'calibration'>,
): boolean {
  return refused === undefined || (gate[refused] ?? 0) < (calibration.gate?.threshold ?? Infinity);
}

/** The calibration by domain and mode where the pack has one, else the one for equally common conditions. */
export function calibrationFor(pack: CalibratedPack, domain: PictureDomain, mode: ViewMode): Calibration {
  const { priors, domainCalibration } = pack;
  if (!priors || !domainCalibration) return equalCalibration(pack, domain);
  return { ...byDomain(domainCalibration, domain)[mode], prior: byDomain(priors.domains, domain) };
}

/** The calibration that holds where all conditions are equally common. */
export function equalCalibration({ calibration }: CalibratedPack, domain: PictureDomain): Calibration {
  const { temperature, predictionSet: set, operatingPoints } = calibration;
  return {
    temperature: byDomain(temperature, domain),
    predictionSet: set,
    operatingPoints,
    prior: undefined,
  };
}

/** @throws RangeError for a domain that the pack does not read */
function byDomain<T>(table: Readonly<Record<string, T>>, domain: PictureDomain): T {
  const found = table[domain];
  if (found === undefined) throw new RangeError(`no domain ${domain}`);
  return found;
}

/**
 * What follows from likelihoods under a calibration's prior.
 * @param likelihoods where all conditions are equally common, 0..1
 */
export function judged(
  likelihoods: readonly ConditionProbability[],
  { prior, predictionSet: { threshold }, operatingPoints }: Omit<Calibration, 'temperature'>,
): Pick<Prediction, 'probabilities' | 'top' | 'set' | 'operatingPoints'> {
  const probabilities = prior ? underPrior(likelihoods, prior) : likelihoods;
  const values = probabilities.map(({ probability }) => probability);
  const code = (index: number): string => probabilities[index]?.code ?? '';
  return {
    probabilities,
    top: code(ranked(values)[0] ?? 0),
    set: predictionSet(values, threshold).map(code),
    operatingPoints: operatingPoints.map((point) => readPoint(point, probabilities)),
  };
}

/** An operating point flags a picture when its classes together reach its threshold. */
function readPoint(
  { id, classes, threshold }: Calibration['operatingPoints'][number],
  probabilities: readonly ConditionProbability[],
): OperatingPointPrediction {
  const probability = probabilities
    .filter(({ code }) => classes.includes(code))
    .reduce((sum, each) => sum + each.probability, 0);
  return { id, probability: Math.min(probability, 1), threshold, flagged: probability >= threshold };
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
