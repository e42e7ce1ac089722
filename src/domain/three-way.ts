/** The one rule for a row that two windows edit: what one of them changed stays, what both changed is asked about. */

/** Whether two plain values (JSON: no cycles, no classes) are alike; the order of keys does not count. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const fields = Object.keys(left);
  return (
    fields.length === Object.keys(right).length &&
    fields.every((field) => Object.hasOwn(right, field) && same(left[field], right[field]))
  );
}

/** The fields in which `mine` differs from `base`. */
export function changes<T extends object>(base: T, mine: T): Partial<T> {
  const fields = (Object.keys(mine) as (keyof T)[]).filter((field) => !same(mine[field], base[field]));
  return Object.fromEntries(fields.map((field) => [field, mine[field]])) as Partial<T>;
}

export interface ThreeWay<T> {
  /** Every field that one side changed as that side has it; `mine` where both changed it differently. */
  readonly merged: T;
  /** The fields that both sides changed, each in its own way. */
  readonly conflicts: readonly (keyof T)[];
}

/**
 * Brings two versions of one row together, field by field.
 * @param base the row from which both began
 * @param mine its fields as one side has them; those that are absent were not changed
 * @param theirs the row as the other side has it
 */
export function threeWay<T extends object>(base: Partial<T>, mine: Partial<T>, theirs: T): ThreeWay<T> {
  const merged = { ...theirs };
  const conflicts: (keyof T)[] = [];
  for (const field of Object.keys(mine) as (keyof T)[]) {
    if (same(mine[field], base[field])) continue;
    if (!same(theirs[field], base[field]) && !same(theirs[field], mine[field])) conflicts.push(field);
    Object.assign(merged, { [field]: mine[field] });
  }
  return { merged, conflicts };
}
