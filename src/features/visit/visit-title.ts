import { catalogue } from '../../app/catalogue.svelte';
import type { VisitSummary } from '../../domain/visit/visit';
import { dayOf } from '../../i18n/format';
import { leadName } from './lead-words';
import { lesionName } from './lesion-name';

/** What the page of a visit is called: whose it is and of which lesion, what it is called by, its day. */
export function visitTitle(visit: VisitSummary): string {
  return inOneLine([...subjectNames(visit), leadName(visit), dayOf(visit.day)]);
}

/** Whose visit it is and of which lesion, as far as that is known. */
export function visitSubject(visit: VisitSummary): string {
  return inOneLine(subjectNames(visit));
}

/** The patient's name and the lesion's, as far as they are known. */
export function subjectNames({
  patient: of,
  lesion: at,
}: Partial<Pick<VisitSummary, 'patient' | 'lesion'>>): string[] {
  const patient = catalogue.patient(of);
  const lesion = catalogue.lesion(at);
  return [
    patient && !patient.damaged ? patient.name : '',
    lesion && !lesion.damaged ? lesionName(lesion) : '',
  ].filter(Boolean);
}

/** Where it is broken into lines, none begins with a dot. */
export function inOneLine(names: readonly string[]): string {
  return names.join('\u00a0· ');
}
