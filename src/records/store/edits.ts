import { threeWay } from '../../domain/three-way';
import { Failure } from '../../failure';

/**
 * `current` with what `change` changes of what was seen. What somebody else has changed meanwhile stays, as long
 * as it is another field: an edit never undoes one that its author has not seen.
 * @param seen the row as the author of `change` saw it
 * @throws Failure `record-stale` when a field that `change` changes is no longer what was seen
 */
export function merged<T extends object>(
  current: T,
  seen: NoInfer<Partial<T>>,
  change: NoInfer<Partial<T>>,
): T {
  const { merged, conflicts } = threeWay<T>(seen, change, current);
  if (conflicts.length > 0) throw new Failure('record-stale', conflicts.map(String).join(' '));
  return merged;
}

/** Adds a new row, unless it is there already: it was sent twice. */
export async function addOnce<R extends { readonly id: string }>(
  rows: { get(id: string): Promise<R | undefined>; add(row: R): Promise<unknown> },
  row: R,
): Promise<void> {
  if (!(await rows.get(row.id))) await rows.add(row);
}
