/** The confusion matrix, and the figures computed from it. */
import type { Share } from '../../agreement/shares';

/** One picture of a known class: its class index and the probability of every class. */
export interface Scored {
  readonly truth: number;
  readonly probabilities: readonly number[];
}

/** Index of the largest value; the first of equal ones. */
export function argmax(values: readonly number[]): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  }
  return best;
}

/** `counts[truth][predicted]` over `classes` classes. */
export function confusionMatrix(scored: readonly Scored[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { truth, probabilities } of scored) {
    const row = counts[truth];
    const predicted = argmax(probabilities);
    if (row) row[predicted] = (row[predicted] ?? 0) + 1;
  }
  return counts;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Pictures on the diagonal. */
export function accuracy(confusion: readonly (readonly number[])[]): Share {
  return {
    hits: total(confusion.map((row, k) => row[k] ?? 0)),
    n: total(confusion.map(total)),
  };
}

/** Of the pictures of class `k`, those that were given it (sensitivity). */
export function recall(confusion: readonly (readonly number[])[], k: number): Share {
  const row = confusion[k] ?? [];
  return { hits: row[k] ?? 0, n: total(row) };
}

/** Of the pictures of other classes, those that were not given class `k`. */
export function specificity(confusion: readonly (readonly number[])[], k: number): Share {
  const others = confusion.filter((_, truth) => truth !== k);
  const n = total(others.map(total));
  return { hits: n - total(others.map((row) => row[k] ?? 0)), n };
}

/** Mean recall of the classes that occur, 0..1; NaN when none does. */
export function balancedAccuracy(confusion: readonly (readonly number[])[]): number {
  const recalls = confusion
    .map((_, k) => recall(confusion, k))
    .filter(({ n }) => n > 0)
    .map(({ hits, n }) => hits / n);
  return total(recalls) / recalls.length;
}
