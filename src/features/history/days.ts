/** Days and times of the list, as the person's calendar has them. */
import { addDays, isoDay, type IsoDay } from '../../domain/calendar/calendar';
import { inWords, locale } from '../../i18n/format';
import type { VisitKey } from '../../domain/visit/visit';

const day = new Intl.DateTimeFormat(locale, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

/** Whether a new day begins at `index` of a list that is sorted by day. */
export function beginsDay(outline: readonly VisitKey[], index: number): boolean {
  const [here, above] = [outline[index], outline[index - 1]];
  return here !== undefined && here.day !== above?.day;
}

/** "Today", "Yesterday", else weekday and date. */
export function dayName(date: IsoDay, today = isoDay()): string {
  if (date === today) return capitalised(relative.format(0, 'day'));
  if (date === addDays(today, -1)) return capitalised(relative.format(-1, 'day'));
  return inWords(day, new Date(`${date}T12:00`));
}

/** Hours and minutes of a visit that was written down on its day; of another it is not known. */
export function timeOfDay({ createdAt, day }: VisitKey): string | undefined {
  return isoDay(createdAt) === day ? inWords(time, createdAt) : undefined;
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);
}
