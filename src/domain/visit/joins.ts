/** Which visits have become part of another: a backup tells other devices of it. */
import { visitFields } from '../lineage/fields';
import { highest, lineageOf, type Lineage, type Traced } from '../lineage/lineage';
import type { Joins } from './visit';

/** All joins of both; undefined where there are none. */
export function allJoins(a: Joins | undefined, b: Joins | undefined): Joins | undefined {
  if (!a || !b) return a ?? b;
  const all: Record<string, Lineage['seen']> = { ...a };
  for (const [id, seen] of Object.entries(b)) all[id] = highest(all[id] ?? {}, seen);
  return all;
}

/** The join of a visit as it stands. */
export function joinOf(id: string, visit: Traced): Joins {
  return { [id]: lineageOf(visit, []).seen };
}

/** Whose it was does not matter any more: that of the visit that it is part of counts. */
const fields = visitFields.filter((field) => field !== 'owner');

/** Whether a version of a joined visit says nothing that was not known when it was joined, but for opinions. */
export function isCovered(id: string, version: Traced, joins: Joins | undefined): boolean {
  const known = joins?.[id];
  if (!known) return false;
  const { fields: versions } = lineageOf(version, fields);
  return fields.flatMap((field) => versions[field] ?? []).every(({ by, count }) => count <= (known[by] ?? 0));
}
