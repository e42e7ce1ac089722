/** Whether the probabilities mean what they say. */
import { argmax, type Scored } from './classification';

/**
 * Expected calibration error of the top class (Guo et al. 2017): over equally wide bins of confidence,
 * the mean distance of accuracy from confidence, weighted by the pictures of the bin. 0..1.
 */
export function calibrationError(scored: readonly Scored[], bins = 15): number {
  const sums = Array.from({ length: bins }, () => ({ confidence: 0, correct: 0 }));
  for (const { truth, probabilities } of scored) {
    const top = argmax(probabilities);
    const confidence = probabilities[top] ?? 0;
    // Bins are (k / bins, (k + 1) / bins].
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))];
    if (!bin) continue;
    bin.confidence += confidence;
    if (top === truth) bin.correct += 1;
  }
  return (
    sums.reduce((sum, { confidence, correct }) => sum + Math.abs(correct - confidence), 0) / scored.length
  );
}
