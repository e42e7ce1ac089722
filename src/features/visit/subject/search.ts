/** Finding people in a list while typing. */
import { finder, sameName, searchable, wordsOf, type Searchable } from '../../../i18n/folded';
import { dayPattern, withNumericDays } from '../../../i18n/typed-day';
import type { PatientEntry } from '../../../records/catalogue';
import type { Patient } from '../../../domain/patient';

/** A text in which words are looked for, and a birth date that they may name. */
export interface Sought {
  readonly text: Searchable;
  readonly born: string | null;
}

/**
 * A test of texts, prepared once for many: whether every word of the query is in the text, or names the birth
 * date in one of the ways in which dates are shown and typed.
 */
export function seek(query: string): (sought: Sought) => boolean {
  // "Jan 12" may be the day or two words: each reading counts.
  const dated = withNumericDays(query);
  const ways = [query, ...(dated === undefined ? [] : [dated])].map((way) =>
    wordsOf(way).map((word) => ({ isIn: finder([word]), day: dayPattern(word) })),
  );
  return ({ text, born }) =>
    ways.some((words) => words.every(({ isIn, day }) => isIn(text) || (born !== null && day?.test(born))));
}

/** What is searched of each, prepared once and not at every key. */
const prepared = new WeakMap<Patient, Sought>();

/** The same query is asked of everybody, one after the other. */
let last = { query: '', fits: seek('') };

/** Whether every word of `query` is in the name or the number or names the birth date. */
export function matches(patient: PatientEntry, query: string): boolean {
  if (query !== last.query) last = { query, fits: seek(query) };
  if (query.trim() === '') return true;
  return !patient.damaged && last.fits(soughtOf(patient));
}

/** What is searched of a patient: name, number and birth date. */
export function soughtOf(patient: Patient): Sought {
  const known = prepared.get(patient);
  if (known !== undefined) return known;
  const sought = { text: searchable(`${patient.name} ${patient.reference}`), born: patient.born };
  prepared.set(patient, sought);
  return sought;
}

/** What a search that finds nobody offers to add: the name that was typed; undefined for numbers and dates. */
export function nameIn(query: string): string | undefined {
  const name = query.trim().replaceAll(/\s+/g, ' ');
  const words = wordsOf(withNumericDays(name) ?? name);
  return words.some((word) => /\p{L}/u.test(word)) ? name : undefined;
}

/** By name; the damaged ones last, where they can be deleted. */
export function byName(a: PatientEntry, b: PatientEntry): number {
  if (a.damaged || b.damaged) return Number(a.damaged) - Number(b.damaged);
  return collator.compare(a.name, b.name) || collator.compare(a.reference, b.reference);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Who may be the same person: the same name, and nothing that says otherwise. */
export function likelyTwins(of: Patient, all: readonly PatientEntry[]): Patient[] {
  return all.filter(
    (other): other is Patient =>
      !other.damaged &&
      other.id !== of.id &&
      sameName(other.name, of.name) &&
      (!other.born || !of.born || other.born === of.born),
  );
}
