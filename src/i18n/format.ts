/** Numbers, sizes and lists as the person reads them. */
import { asIsoDay } from '../domain/calendar/calendar';
import { m } from './paraglide/messages.js';
import { baseLocale } from './paraglide/runtime.js';

/** The app's language as it is written where the person lives: a date in en-GB is not one in en-US. */
export const locale = regional(baseLocale);
const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const conjunction = new Intl.ListFormat(locale, { type: 'conjunction' });
const disjunction = new Intl.ListFormat(locale, { type: 'disjunction' });
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });

/** A space that keeps a number and its unit on one line. */
const nbsp = '\u00a0';

/**
 * A probability (0..1) in whole percent. Never 0 % or 100 %: no reading is certain,
 * and rounding must not make it look so.
 */
export function percent(probability: number): string {
  if (probability < 0.005) return `<${nbsp}1${nbsp}%`;
  if (probability >= 0.995) return `>${nbsp}99${nbsp}%`;
  return `${integer.format(probability * 100)}${nbsp}%`;
}

/** A number without decimals. */
export function whole(number: number): string {
  return integer.format(number);
}

/** A threshold or a share of the screen in percent, as it is. */
export function exactPercent(share: number): string {
  return `${new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(share * 100)}${nbsp}%`;
}

/** A measured share in percent with one decimal, as it is. */
export function sharePercent(share: number): string {
  return `${decimals(share * 100, 1)}${nbsp}%`;
}

/** A number with so many decimals. */
export function decimals(number: number, digits: number): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(number);
}

/** Milliseconds in seconds, with as many digits as are worth reading. */
export function seconds(milliseconds: number): string {
  const digits = milliseconds < 995 ? 2 : 1;
  return decimals(milliseconds / 1000, digits);
}

/** Bytes, from a thousand on in kB, MB or GB (of 1000), with one decimal from megabytes on. */
export function bytes(count: number): string {
  if (count < 1000) return `${integer.format(count)}${nbsp}B`;
  if (count < 999_500) return `${integer.format(count / 1e3)}${nbsp}kB`;
  if (count < 999_950_000) return `${tenths.format(count / 1e6)}${nbsp}MB`;
  return `${tenths.format(count / 1e9)}${nbsp}GB`;
}

/** "a, b and c". */
export function listOf(words: readonly string[]): string {
  return conjunction.format(words);
}

/** "a, b or c". */
export function choiceOf(words: readonly string[]): string {
  return disjunction.format(words);
}

/** Hours, minutes and seconds. */
export function timeWithSeconds(date: Date): string {
  return inWords(clock, date);
}

/** An ISO day in words; as it is stored where it is no day, such as the mistyped year of 0085-03-04. */
export function dayOf(stored: string): string {
  const day = asIsoDay(stored);
  return day ? dayOfDate(new Date(`${day}T12:00`)) : stored;
}

export function dayOfDate(date: Date): string {
  return inWords(day, date);
}

/** With one decimal where it says something. */
export function decimal(value: number): string {
  return tenths.format(value);
}

export function dateAndTime(date: Date): string {
  return inWords(moment, date);
}

/** An invalid date makes `format` throw, which would break the whole page. */
export function inWords(format: Intl.DateTimeFormat, date: Date): string {
  return Number.isNaN(date.getTime()) ? m.date_unknown() : format.format(date);
}

function regional(language: string): string {
  // Tests run where there is no navigator.
  const wanted = (globalThis.navigator as Navigator | undefined)?.languages ?? [];
  return wanted.find((tag) => tag === language || tag.startsWith(`${language}-`)) ?? language;
}
