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
  const result = { ...current };
  for (const field of Object.keys(change) as (keyof T)[]) {
    const [now, before, after] = [current[field], seen[field], change[field]].map((value) =>
      JSON.stringify(value),
    );
    // A form sends all of its fields; what its author has left as it was is not an edit.
    if (after === before) continue;
    if (now !== before && now !== after) throw new Failure('record-stale', String(field));
    Object.assign(result, { [field]: change[field] });
  }
  return result;
}
