/** Days and times of the list, as the person's calendar has them. */
import { inWords, locale } from '../../i18n/format';
import type { VisitKey } from '../../domain/visit';

const day = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** Whether a new day begins at `index` of a list that is sorted by time. */
export function beginsDay(outline: readonly VisitKey[], index: number): boolean {
  const [here, above] = [outline[index], outline[index - 1]];
  return here !== undefined && (!above || !sameDay(here.createdAt, above.createdAt));
}

/** "Today", "Yesterday", else weekday and date. */
export function dayName(date: Date, now = new Date()): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (sameDay(date, now)) return capitalised(relative.format(0, 'day'));
  if (sameDay(date, yesterday)) return capitalised(relative.format(-1, 'day'));
  return inWords(day, date);
}

/** Hours and minutes. */
export function timeOfDay(date: Date): string {
  return inWords(time, date);
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
