import { seeded, shuffled } from '../../domain/seeded';

/**
 * Deals lesions out to folds, condition by condition, so that each fold has its share of each.
 * @param lesions of each picture, whose they are
 * @param truth of each picture, the index of what was found
 * @returns of each picture, its fold: 0 to `count - 1`; pictures of one lesion have the same
 */
export function foldsOf(
  lesions: readonly string[],
  truth: ArrayLike<number>,
  count: number,
  seed: number,
): Uint8Array {
  const condition = new Map(lesions.map((lesion, at) => [lesion, truth[at] ?? 0]));
  // The order of the pictures must not matter, only who they are.
  const names = shuffled([...condition.keys()].sort(), seeded(seed));
  names.sort((a, b) => (condition.get(a) ?? 0) - (condition.get(b) ?? 0));
  const fold = new Map(names.map((name, at) => [name, at % count]));
  return Uint8Array.from(lesions, (lesion) => fold.get(lesion) ?? 0);
}
