/** Days as people type them into a search. */
import { folded } from './folded';
import { locale } from './format';

/**
 * A query with its days written as numbers, `29/2/1960`, so that they are one word: "29 Feb 1960",
 * "Feb 29, 1960", "29. 2. 1960", "Feb 1960". Undefined where it names no day in such a way.
 */
export function withNumericDays(query: string): string | undefined {
  const plain = folded(query);
  const numeric = plain
    .replaceAll(dayMonth, (all, day: string, name: string, year: string | undefined) =>
      dayWord(all, name, (month) => [day, month, year ?? '']),
    )
    .replaceAll(monthDay, (all, name: string, day: string, year: string | undefined) =>
      dayWord(all, name, (month) => [day, month, year ?? '']),
    )
    .replaceAll(monthYear, (all, name: string, year: string) =>
      dayWord(all, name, (month) => [year, month, '']),
    )
    .replaceAll(spaced, '$1/$2/$3');
  return numeric === plain ? undefined : numeric;
}

/**
 * Which ISO days a word can mean: `29/02/1960`, `29.2.60`, `02/29/1960`, `1960-02-29`, `29021960`, a
 * year alone. The last number may be half typed. Undefined for words that are no day.
 */
export function dayPattern(word: string): RegExp | undefined {
  const text = folded(word);
  if (/^\d{3,4}$/.test(text)) return new RegExp(`^${text}`);
  if (/^\d{6}(\d\d)?$/.test(text)) return anyOf(compact(text));
  if (!/^\d{1,4}([-./]\d{1,2})?[-./]\d{0,4}$/.test(text)) return undefined;
  return anyOf(readings(text.split(/[-./]/)));
}

const dayMonth =
  /(?<![\p{L}\d])(\d{1,2})(?:st|nd|rd|th)?\.?\s*(\p{L}{3,})\.?,?(?:\s*(\d{1,4}))?(?![\p{L}\d])/gu;
const monthDay = /(?<![\p{L}\d])(\p{L}{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{1,4}))?(?![\p{L}\d])/gu;
const monthYear = /(?<![\p{L}\d])(\p{L}{3,})\.?,?\s+(\d{4})(?!\d)/gu;
const spaced = /(?<!\d)(\d{1,4})(?:\s+|\s*[-./]\s*)(\d{1,2})(?:\s+|\s*[-./]\s*)(\d{1,4})(?!\d)/g;

const monthNames = ['en', locale].map((language) => {
  const format = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' });
  return Array.from({ length: 12 }, (_, month) => folded(format.format(Date.UTC(2000, month))));
});

function dayWord(all: string, name: string, parts: (month: string) => string[]): string {
  for (const names of monthNames) {
    // "Sept" is how some write it; the names of months begin differently within three letters, most often.
    const fitting = names.filter((month) => month.startsWith(name));
    if (fitting.length === 1) return ` ${parts(String(names.indexOf(fitting[0] ?? '') + 1)).join('/')} `;
  }
  return all;
}

/** Year, month and day as parts of a pattern of ISO days; undefined where the number cannot be one. */
interface Parts {
  readonly year: string | undefined;
  readonly month: string | undefined;
  readonly day: string | undefined;
}

/** Day or month first, as countries differ: a search that shows both shows the right one. */
function readings(numbers: readonly string[]): Parts[] {
  const [first = '', second = '', third] = numbers;
  const last = third === undefined;
  if (first.length > 2) {
    return [{ year: wholeYear(first), month: two(second, last), day: two(third ?? '', true) }];
  }
  const year = startOfYear(third ?? '');
  return [
    { year, month: two(second, last), day: two(first, false) },
    { year, month: two(first, false), day: two(second, last) },
    // February 1960 as 02/1960.
    ...(last && second.length > 2
      ? [{ year: startOfYear(second), month: two(first, false), day: '\\d\\d' }]
      : []),
  ];
}

function compact(digits: string): Parts[] {
  const at = (from: number, until: number): string => digits.slice(from, until);
  return digits.length === 6
    ? readings([at(0, 2), at(2, 4), at(4, 6)])
    : [...readings([at(0, 2), at(2, 4), at(4, 8)]), ...readings([at(0, 4), at(4, 6), at(6, 8)])];
}

function anyOf(all: readonly Parts[]): RegExp | undefined {
  const patterns = all.flatMap(({ year, month, day }) =>
    year && month && day ? [`${year}-${month}-${day}`] : [],
  );
  return patterns.length > 0 ? new RegExp(`^(?:${patterns.join('|')})$`) : undefined;
}

/** A day or month. @param unfinished whether more digits may follow */
function two(number: string, unfinished: boolean): string | undefined {
  if (number === '') return '\\d\\d';
  if (number.length > 2) return undefined;
  if (number.length === 2) return number;
  return unfinished ? `(?:0${number}|${number}\\d)` : `0${number}`;
}

function wholeYear(number: string): string | undefined {
  return number.length === 4 ? number : undefined;
}

/** Of four digits as far as they are typed, or the last two of them. */
function startOfYear(number: string): string {
  const begun = number + '\\d'.repeat(4 - number.length);
  return number.length === 2 ? `(?:${begun}|\\d\\d${number})` : begun;
}
