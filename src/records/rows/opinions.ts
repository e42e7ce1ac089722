/**
 * Opinions of several people on one visit. None takes the place of another, whatever its date and id: what somebody
 * wrote twice stands there twice.
 */
import { same } from '../../domain/three-way';
import type { Opinion } from '../../domain/visit/visit';

/** Those of `theirs` that are not among `ours` yet, word for word. */
export function newOpinions(ours: readonly Opinion[], theirs: readonly Opinion[]): Opinion[] {
  return theirs.filter(
    (opinion, at) => ![...ours, ...theirs.slice(0, at)].some((known) => same(known, opinion)),
  );
}

/** Both, oldest first. */
export function mergedOpinions(ours: readonly Opinion[], theirs: readonly Opinion[]): Opinion[] {
  return [...ours, ...newOpinions(ours, theirs)].sort(byTime);
}

function byTime(a: Opinion, b: Opinion): number {
  if (a.writtenAt !== b.writtenAt) return a.writtenAt - b.writtenAt;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
