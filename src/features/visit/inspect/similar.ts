import type { DamagedVisit, VisitKey, VisitRecord } from '../../../domain/visit/visit';
import type { Prediction } from '../../../domain/prediction';

/** A visit and how much alike its picture is to another, -1..1. */
export interface Match {
  readonly id: string;
  readonly similarity: number;
}

/** What is asked of the record. */
export interface RecordReader {
  outline(): Promise<VisitKey[]>;
  records(ids: readonly string[]): Promise<(VisitRecord | DamagedVisit)[]>;
}

/** Visits that are decrypted at a time, between which the page may breathe. */
const atOnce = 50;

/** The cosine of the angle between two embeddings; 0 where one of them is nothing. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0;
  let squareA = 0;
  let squareB = 0;
  a.forEach((value, i) => {
    const other = b[i] ?? 0;
    product += value * other;
    squareA += value * value;
    squareB += other * other;
  });
  const lengths = Math.sqrt(squareA * squareB);
  return lengths === 0 ? 0 : product / lengths;
}

/**
 * Looks through the record, newest first, for the pictures that are most alike to one that was read. Only
 * those that the same pack has read can be compared. Yields the best so far, the most alike first.
 * @param own the visit of the picture itself, which is left out
 */
export async function* mostAlike(
  records: RecordReader,
  prediction: Prediction,
  own: string | undefined,
  count: number,
): AsyncGenerator<{ readonly done: number; readonly total: number; readonly matches: readonly Match[] }> {
  const keys = (await records.outline()).filter(({ id }) => id !== own);
  let matches: Match[] = [];
  for (let start = 0; start < keys.length; start += atOnce) {
    const ids = keys.slice(start, start + atOnce).map(({ id }) => id);
    for (const found of await records.records(ids)) {
      if (found.damaged) continue;
      const similarities = found.pictures
        .filter(
          ({ reading: { pack } }) =>
            pack.id === prediction.pack.id && pack.version === prediction.pack.version,
        )
        .map((picture) => cosine(prediction.embedding, picture.reading.embedding));
      if (similarities.length > 0) matches.push({ id: found.id, similarity: Math.max(...similarities) });
    }
    matches = matches.sort((a, b) => b.similarity - a.similarity).slice(0, count);
    yield { done: Math.min(start + atOnce, keys.length), total: keys.length, matches };
  }
}
