import { catalogue } from '../../../app/catalogue.svelte';
import type { ArrivedSummary, VisitSummary } from '../../../domain/visit/visit';
import { placeName } from '../../../i18n/body-words';
import { m } from '../../../i18n/paraglide/messages.js';

/** A visit in which something is new. */
export interface ArrivedVisit extends VisitSummary {
  readonly arrival: ArrivedSummary;
}

/** Those in which something is new, newest first. */
export function arrivedVisits(): ArrivedVisit[] {
  return catalogue.visits.filter((visit): visit is ArrivedVisit => !visit.damaged && visit.arrival !== null);
}

/** Who sent what, on whom and where: "1 opinion from Dr Meier on Ana Silva, right chest". */
export function arrivalWords({ arrival, ...visit }: ArrivedVisit): string {
  const on = subjectOf(visit);
  const { opinions, authors, from } = arrival;
  if (opinions.length > 0) {
    return m.arrival_opinions({ count: opinions.length, from: authors.join(', '), on });
  }
  return from ? m.arrival_visit({ from, on }) : m.arrival_visit_unsigned({ on });
}

function subjectOf({ patient, lesion }: Pick<VisitSummary, 'patient' | 'lesion'>): string {
  const person = catalogue.patient(patient);
  const spot = catalogue.lesion(lesion);
  const words = [
    person && !person.damaged ? person.name || m.patient_unnamed() : '',
    spot && !spot.damaged ? spot.name : '',
    spot && !spot.damaged && spot.place ? placeName(spot.place) : '',
  ].filter(Boolean);
  return words.join(', ') || m.arrival_unassigned();
}
