/**
 * Which version of a field follows which, across devices whose clocks may be wrong. Every change of a field gets a mark
 * of its own: the device and a hybrid logical clock (Kulkarni et al., 2014). A row remembers the last mark that it
 * has seen of each device, so a version that was seen and replaced goes, and one that nobody has replaced stays beside
 * the other. Time decides nothing; joining rows is commutative, associative and idempotent.
 */
import * as v from 'valibot';
import { same } from '../three-way';

/** One version of one field. */
interface Version {
  /** The device that wrote it; empty where that was before there were marks. */
  readonly by: string;
  /** Higher than that of every version its author had seen. */
  readonly count: number;
  /** Absent where it is what stands in the row. */
  readonly value?: unknown;
}

export interface Lineage {
  /** The highest mark that has been seen of each device. */
  readonly seen: Readonly<Record<string, number>>;
  /** The versions of each field that none has replaced: the first is what stands in the row. */
  readonly fields: Readonly<Record<string, readonly [Version, ...Version[]]>>;
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const name = v.pipe(v.string(), v.maxLength(50));
const VersionSchema = v.object({ by: name, count, value: v.exactOptional(v.unknown()) });

export const LineageSchema: v.GenericSchema<Lineage, Lineage> = v.object({
  seen: v.record(name, count),
  fields: v.record(name, v.tupleWithRest([VersionSchema], VersionSchema)),
});

/** What is known of a row: its fields by name, and where they come from. */
export interface Traced {
  readonly updatedAt: number;
  readonly lineage?: Lineage | undefined;
}

type Values = Readonly<Record<string, unknown>>;

/** The last moment that a clock is believed: the end of 2199. Counts go on from there one by one. */
const lastMoment = Date.UTC(2200, 0, 1) - 1;

/** The versions of `names` in a row; one that was written before there were marks counts by its time. */
export function lineageOf({ lineage, updatedAt }: Traced, names: readonly string[]): Lineage {
  const old = { by: '', count: Math.min(Math.max(updatedAt, 0), lastMoment) };
  const first = lineage ? { by: '', count: 0 } : old;
  const of = (field: string) => [field, lineage?.fields[field] ?? [first]] as const;
  return {
    seen: lineage?.seen ?? { '': old.count },
    fields: Object.fromEntries(names.map(of)),
  };
}

/**
 * The row's lineage after `device` has changed the fields `changed`: whatever versions there were are replaced.
 * @param now milliseconds of the epoch, by a clock that may be wrong
 */
export function advanced(lineage: Lineage, device: string, now: number, changed: readonly string[]): Lineage {
  if (changed.length === 0) return lineage;
  const next = Math.max(...Object.values(lineage.seen), 0) + 1;
  const mark = { by: device, count: Math.max(next, now <= lastMoment ? now : 0) };
  return {
    seen: { ...lineage.seen, [device]: mark.count },
    fields: { ...lineage.fields, ...Object.fromEntries(changed.map((field) => [field, [mark] as const])) },
  };
}

/** As `advanced`, by the fields of `names` in which `after` differs from `before`; all of a new row. */
export function edited(
  before: (Traced & object) | undefined,
  after: Traced & object,
  device: string,
  names: readonly string[],
): Lineage {
  const now = after.updatedAt;
  if (!before) return advanced({ seen: {}, fields: {} }, device, now, names);
  const changed = names.filter((field) => !same(read(before, field), read(after, field)));
  return advanced(lineageOf(before, names), device, now, changed);
}

export interface Joined {
  readonly values: Values;
  readonly lineage: Lineage;
}

/**
 * Two rows put together field by field.
 * @param names of the fields; both rows have all of them
 */
export function joinedRows(ours: Traced & object, theirs: Traced & object, names: readonly string[]): Joined {
  const [left, right] = [lineageOf(ours, names), lineageOf(theirs, names)];
  const values: Record<string, unknown> = {};
  const fields: Record<string, readonly [Version, ...Version[]]> = {};
  for (const field of names) {
    const [a, b] = [versionsOf(ours, left, field), versionsOf(theirs, right, field)];
    const kept = [...open(a, b, right.seen), ...open(b, a, left.seen)].sort(byRank);
    const [first, ...others] = kept.filter((version, at) => !isSame(version, kept[at - 1]));
    // Each has replaced all versions of the other: only where somebody has tampered with them.
    const leading = first ?? a[0];
    if (!leading) continue;
    values[field] = leading.value;
    fields[field] = others.length > 0 ? [leading, ...others] : [{ by: leading.by, count: leading.count }];
  }
  return { values, lineage: { seen: highest(left.seen, right.seen), fields } };
}

/**
 * Other versions of a field that stand beside what is in the row, each value once.
 * @param alike whether two values say the same
 */
export function otherVersions(
  row: Pick<Traced, 'lineage'> & object,
  field: string,
  alike: (a: unknown, b: unknown) => boolean = same,
): unknown[] {
  const others: unknown[] = [];
  for (const { value } of row.lineage?.fields[field]?.slice(1) ?? []) {
    if ([read(row, field), ...others].every((known) => !alike(known, value))) others.push(value);
  }
  return others;
}

/** Whether a field of the row has versions of which nobody has chosen one. */
export function inDoubt(row: Pick<Traced, 'lineage'> & object, fields: readonly string[]): boolean {
  return fields.some((field) => otherVersions(row, field).length > 0);
}

type Whole = Required<Version>;

function versionsOf(row: object, { fields }: Lineage, field: string): Whole[] {
  return (fields[field] ?? []).map(({ by, count, ...rest }) => ({
    by,
    count,
    value: 'value' in rest ? rest.value : read(row, field),
  }));
}

/** Those of `versions` that the other row has too or has never seen. */
function open(versions: readonly Whole[], others: readonly Whole[], seen: Lineage['seen']): Whole[] {
  return versions.filter(
    ({ by, count }) =>
      count > (seen[by] ?? 0) || others.some((other) => other.by === by && other.count === count),
  );
}

/** The highest count first; ties are broken alike everywhere. */
function byRank(a: Whole, b: Whole): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.by !== b.by) return a.by < b.by ? 1 : -1;
  const [left, right] = [text(a.value), text(b.value)];
  return left < right ? 1 : left > right ? -1 : 0;
}

/** One mark has one value: of two, which only a copied disk or an old file can make, the first in rank counts. */
function isSame(a: Whole, b: Whole | undefined): boolean {
  return a.by === b?.by && a.count === b.count;
}

/** Of each name the higher of two counts. */
export function highest(a: Lineage['seen'], b: Lineage['seen']): Lineage['seen'] {
  const devices = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return Object.fromEntries(devices.map((by) => [by, Math.max(a[by] ?? 0, b[by] ?? 0)]));
}

function read(row: object, field: string): unknown {
  return (row as Values)[field];
}

function text(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}
