/** Diagnosis people in a list while typing. */
import { folded } from '../../../i18n/folded';
import type { PatientEntry } from '../../../records/catalogue';
import type { Patient } from '../../../domain/patient';

/** What is searched of each, folded once and not at every key. */
const texts = new WeakMap<Patient, string>();

/** The same query is asked of everybody, one after the other. */
let last = { query: '', words: [] as string[] };

/** Whether every word of `query` is in the name, the number or the day of birth. */
export function matches(patient: PatientEntry, query: string): boolean {
  if (query !== last.query) last = { query, words: folded(query).split(/\s+/).filter(Boolean) };
  const { words } = last;
  if (words.length === 0) return true;
  if (patient.damaged) return false;
  const text = textOf(patient);
  return words.every((word) => text.includes(word));
}

function textOf(patient: Patient): string {
  const known = texts.get(patient);
  if (known !== undefined) return known;
  const text = folded(`${patient.name} ${patient.reference} ${patient.born ?? ''}`);
  texts.set(patient, text);
  return text;
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
      folded(other.name.trim()) === folded(of.name.trim()) &&
      (!other.born || !of.born || other.born === of.born),
  );
}
