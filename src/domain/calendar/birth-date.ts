/** Which birth dates can be written down. */
import { asIsoDay, isoDay, type IsoDay } from './calendar';

/** Nobody alive was born before. A browser's date field makes the year 85 of "040385". */
export const firstBirthDate = '1900-01-01' as IsoDay;

/** Why a birth date is refused. */
export type BirthDateProblem = 'no-such-day' | 'too-early' | 'in-the-future';

/**
 * What is wrong with a birth date; undefined when nothing is.
 * @param text an ISO date, as a date field gives it; empty where the birth date is not known
 * @param today the last day that is accepted
 */
export function birthDateProblem(text: string, today: IsoDay = isoDay()): BirthDateProblem | undefined {
  if (text === '') return undefined;
  // Years with fewer than four digits come as 0085: early, and no day that Lentigo takes.
  if (/^0\d{3}-\d{2}-\d{2}$/.test(text)) return 'too-early';
  const day = asIsoDay(text);
  if (!day) return 'no-such-day';
  if (day < firstBirthDate) return 'too-early';
  return day > today ? 'in-the-future' : undefined;
}
