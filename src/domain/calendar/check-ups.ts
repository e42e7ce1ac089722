/** Which lesions are due for a check-up, and when. */
import type { Lesion } from '../lesion';
import { addDays } from './calendar';

export type DueState = 'due' | 'soon' | 'later';

export interface Check {
  readonly lesion: Lesion;
  /** An ISO date. */
  readonly day: string;
}

/** How many days ahead a check is soon. */
const soonDays = 30;

/** Due from its day on. Days are ISO dates, which sort as text. */
export function dueState(day: string, today: string): DueState {
  if (day <= today) return 'due';
  return day <= addDays(today, soonDays) ? 'soon' : 'later';
}

/** The lesions that have a next check, by how near it is; the earliest first. */
export function checksOf(lesions: readonly Lesion[], today: string): Record<DueState, Check[]> {
  const checks: Record<DueState, Check[]> = { due: [], soon: [], later: [] };
  for (const lesion of lesions) {
    if (lesion.nextCheck === null) continue;
    checks[dueState(lesion.nextCheck, today)].push({ lesion, day: lesion.nextCheck });
  }
  for (const group of Object.values(checks)) {
    group.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  }
  return checks;
}
