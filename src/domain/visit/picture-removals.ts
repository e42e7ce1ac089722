/**
 * Which pictures of a visit were removed, so that devices that exchange files agree on it: each id counts how often its
 * picture was removed or put back (a causal-length set: Yu and Rostad, 2020). An odd count stands, an even one is gone;
 * of two counts the higher one holds. So a removal holds wherever it comes to, also beside what was changed of the picture
 * elsewhere, and pictures that were added meanwhile stay.
 */

import { highest } from '../lineage/lineage';

/** By the id of a picture; 1 where it is absent. */
export type PictureRemovals = Readonly<Record<string, number>>;

/** What is known to both; undefined where there is nothing. */
export function allRemovals(
  a: PictureRemovals | undefined,
  b: PictureRemovals | undefined,
): PictureRemovals | undefined {
  if (!a || !b) return a ?? b;
  return highest(a, b);
}

/**
 * What is known after this device has changed the pictures of a visit.
 * @param before ids of its pictures until then @param after of those that it has now: what stands counts as put back
 */
export function removalsAfter(
  known: PictureRemovals | undefined,
  before: readonly string[],
  after: readonly string[],
): PictureRemovals | undefined {
  const count = (id: string): number => known?.[id] ?? 1;
  const gone = before.filter((id) => !after.includes(id) && count(id) % 2 === 1);
  const back = after.filter((id) => count(id) % 2 === 0);
  if (gone.length + back.length === 0) return known;
  return allRemovals(known, Object.fromEntries([...gone, ...back].map((id) => [id, count(id) + 1])));
}

/**
 * The pictures that stand. Where every one of them was removed, each on another device, the first stays: a visit has
 * one at least.
 */
export function standingOf(ids: readonly string[], removals: PictureRemovals | undefined): string[] {
  const standing = ids.filter((id) => (removals?.[id] ?? 1) % 2 === 1);
  return standing.length > 0 ? standing : ids.slice(0, 1);
}
