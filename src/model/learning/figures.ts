/** How right two heads are on the same cases, and how sure that is. */
import type { Change } from '../../domain/learning/head';
import { seeded } from '../../domain/seeded';

/** One lesion or one entry of the bank: how right each head is of it, 0..1. */
export interface Judged {
  readonly condition: number;
  readonly weight: number;
  readonly before: number;
  readonly after: number;
}

/** Conditions with fewer cases count together as one: alone they would be all chance. */
export const fewCases = 5;
const draws = 2000;

/**
 * Balanced accuracy before and after: the mean over conditions of how right a head is of their cases. The interval
 * of the difference is that of a paired bootstrap within the conditions (percentiles of 2,000 draws).
 */
export function changeOf(cases: readonly Judged[], seed: number): Change {
  const groups = grouped(cases);
  if (groups.length === 0) return { before: 0, after: 0, low: 0, high: 0 };
  const balanced = (of: (each: Judged) => number): number =>
    mean(groups.map((group) => weighted(group.map((each) => [of(each), each.weight]))));
  const random = seeded(seed);
  const differences = groups.map((group) =>
    group.map(({ before, after, weight }): [number, number] => [after - before, weight]),
  );
  const drawn = Float64Array.from({ length: draws }, () =>
    mean(differences.map((group) => weighted(group.map(() => pick(group, random))))),
  ).sort();
  return {
    before: balanced(({ before }) => before),
    after: balanced(({ after }) => after),
    low: drawn[Math.floor(0.025 * draws)] ?? 0,
    high: drawn[Math.ceil(0.975 * draws) - 1] ?? 0,
  };
}

function grouped(cases: readonly Judged[]): Judged[][] {
  const byCondition = new Map<number, Judged[]>();
  for (const each of cases) {
    byCondition.set(each.condition, [...(byCondition.get(each.condition) ?? []), each]);
  }
  const all = [...byCondition.values()];
  const rare = all.filter((group) => group.length < fewCases).flat();
  return [...all.filter((group) => group.length >= fewCases), ...(rare.length > 0 ? [rare] : [])];
}

function pick<T>(items: readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function weighted(values: readonly (readonly [value: number, weight: number])[]): number {
  const total = values.reduce((sum, [, weight]) => sum + weight, 0);
  return values.reduce((sum, [value, weight]) => sum + value * weight, 0) / total;
}
