/**
 * Opinions of several people on one visit. None takes the place of another, whatever its date and id: what somebody
 * wrote twice stands there twice.
 */
import { same } from '../../domain/three-way';
import type { Opinion } from '../../domain/visit/visit';

/** Those of `theirs` that are not among `ours` yet, word for word. One that lost its signature on the way is the same. */
export function newOpinions(ours: readonly Opinion[], theirs: readonly Opinion[]): Opinion[] {
  return theirs.filter(
    (opinion, at) => ![...ours, ...theirs.slice(0, at)].some((known) => saysAll(known, opinion)),
  );
}

function saysAll(known: Opinion, sent: Opinion): boolean {
  if (!saysSame(known, sent)) return false;
  // The time of a signed one is the signed one.
  return sent.signature ? same(known.signature, sent.signature) : known.writtenAt === sent.writtenAt;
}

/** Whether both are the same words by the same author, whenever they were written and whoever signed them. */
export function saysSame(a: Opinion, b: Opinion): boolean {
  return a.id === b.id && a.author === b.author && a.code === b.code && a.note === b.note;
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
