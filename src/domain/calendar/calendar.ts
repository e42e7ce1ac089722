/** Days on the person's own calendar, without a clock and without a time zone. */

declare const checked: unique symbol;

/** A day that the calendar has, as an ISO date of years 1000 to 9999: `2026-05-31`. Sorts as text. */
export type IsoDay = string & { readonly [checked]: true };

/** The day that it is where the device is. */
export function isoDay(date = new Date()): IsoDay {
  return written(date.getFullYear(), date.getMonth(), date.getDate());
}

/**
 * What was typed or stored as a day. Undefined for all that is no ISO date with a four-digit year and
 * for days that do not exist, such as 30 February: `Date` would make 1 or 2 March of it.
 */
export function asIsoDay(text: string): IsoDay | undefined {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return undefined;
  const [year, month, date] = parts(text);
  const day = new Date(Date.UTC(year, month, date));
  return day.getUTCMonth() === month && day.getUTCDate() === date ? (text as IsoDay) : undefined;
}

/** Whether this is an ISO time of a day that the calendar has: browsers differ in what they make of 30 February. */
export function isMoment(text: string): boolean {
  return asIsoDay(text.slice(0, 10)) !== undefined && Number.isFinite(Date.parse(text));
}

/** So many months later; the last day of the month where the month is too short for the day. */
export function addMonths(day: string, months: number): IsoDay {
  const [year, month, date] = parts(day);
  const last = new Date(Date.UTC(year, month + months + 1, 0));
  return written(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate()));
}

export function addDays(day: string, days: number): IsoDay {
  const [year, month, date] = parts(day);
  const sum = new Date(Date.UTC(year, month, date + days));
  return written(sum.getUTCFullYear(), sum.getUTCMonth(), sum.getUTCDate());
}

/** From one day to another; below 0 where the other is earlier. */
export function daysBetween(day: string, other: string): number {
  const [from, to] = [day, other].map((each) => Date.UTC(...parts(each)));
  return Math.round(((to ?? NaN) - (from ?? NaN)) / (24 * 60 * 60 * 1000));
}

/** @returns year, month from 0, day of the month */
function parts(day: string): [number, number, number] {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  return [year, month - 1, date];
}

function written(year: number, month: number, date: number): IsoDay {
  return [String(year).padStart(4, '0'), two(month + 1), two(date)].join('-') as IsoDay;
}

const two = (number: number): string => String(number).padStart(2, '0');
