/** Opinions of several people on one visit: none overwrites another, the later of two versions of one counts. */
import type { Opinion } from '../../domain/visit';

/** Those of `theirs` that are not among `ours` yet, or are later. */
export function newOpinions(ours: readonly Opinion[], theirs: readonly Opinion[]): Opinion[] {
  return theirs.filter(({ id, writtenAt }) => {
    const known = ours.find((each) => each.id === id);
    return !known || known.writtenAt < writtenAt;
  });
}

/** Both, oldest first. */
export function mergedOpinions(ours: readonly Opinion[], theirs: readonly Opinion[]): Opinion[] {
  const fresh = newOpinions(ours, theirs);
  const kept = ours.filter(({ id }) => fresh.every((each) => each.id !== id));
  return [...kept, ...fresh].sort((a, b) => a.writtenAt - b.writtenAt || (a.id < b.id ? -1 : 1));
}
