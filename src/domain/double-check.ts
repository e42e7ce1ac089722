/** When every picture is checked in eight views without being asked to. */

/** Views of a double-check. */
const doubleCheckViews = 8;

/** Milliseconds that a person waits for the settled result without having asked for it. */
const patience = 1500;

/** Milliseconds that eight views take. @param pass milliseconds of one pass on this device */
export function doubleCheckTime(pass: number): number {
  return doubleCheckViews * pass;
}

/**
 * Whether pictures are double-checked: as the person chose, else where this device does it in under 1.5 s.
 * @param chosen null while nobody has
 * @param pass milliseconds of one pass on this device; undefined while it is not known
 */
export function doubleChecks(chosen: boolean | null, pass: number | undefined): boolean {
  if (chosen !== null) return chosen;
  return pass !== undefined && doubleCheckTime(pass) < patience;
}
