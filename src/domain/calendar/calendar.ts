/** Days as ISO dates, `2026-05-31`, on the person's own calendar: without a clock and without a time zone. */

/** The day that it is where the device is. */
export function isoDay(date = new Date()): string {
  return written(date.getFullYear(), date.getMonth(), date.getDate());
}

/** So many months later; the last day of the month where the month is too short for the day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = parts(day);
  const last = new Date(Date.UTC(year, month + months + 1, 0));
  return written(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate()));
}

export function addDays(day: string, days: number): string {
  const [year, month, date] = parts(day);
  const sum = new Date(Date.UTC(year, month, date + days));
  return written(sum.getUTCFullYear(), sum.getUTCMonth(), sum.getUTCDate());
}

/** @returns year, month from 0, day of the month */
function parts(day: string): [number, number, number] {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  return [year, month - 1, date];
}

function written(year: number, month: number, date: number): string {
  return [String(year).padStart(4, '0'), two(month + 1), two(date)].join('-');
}

const two = (number: number): string => String(number).padStart(2, '0');
