/** Which words a reading deserves; the words themselves are messages. */
import type { ConditionProbability, OperatingPointPrediction, Prediction } from '../../../domain/prediction';

export type Sureness = 'very' | 'likely' | 'more' | 'uncertain';

/** How sure a calibrated probability (0..1) of the likeliest class is, in four steps. */
export function sureness(probability: number): Sureness {
  if (probability >= 0.9) return 'very';
  if (probability >= 0.7) return 'likely';
  return probability >= 0.5 ? 'more' : 'uncertain';
}

/** The classes from the likeliest to the least likely; equals keep the pack's order. */
export function byProbability(probabilities: readonly ConditionProbability[]): ConditionProbability[] {
  return [...probabilities].sort((a, b) => b.probability - a.probability);
}

/** The operating point that screening goes by, if the pack has one. */
export function screeningOf(prediction: Prediction): OperatingPointPrediction | undefined {
  return prediction.operatingPoints.find(({ id }) => id === 'screening');
}

/** The operating point that the person goes by; that of screening where the reading has no such one. */
export function chosenPoint(prediction: Prediction, id: string): OperatingPointPrediction | undefined {
  return prediction.operatingPoints.find((point) => point.id === id) ?? screeningOf(prediction);
}

/** Probability (0..1) of a condition; 0 if the pack does not have it. */
export function probabilityOf(conditions: readonly ConditionProbability[], code: string): number {
  return conditions.find((each) => each.code === code)?.probability ?? 0;
}
