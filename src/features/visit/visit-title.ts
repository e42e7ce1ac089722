import { catalogue } from '../../app/catalogue.svelte';
import type { VisitSummary } from '../../domain/visit/visit';
import { dayOf } from '../../i18n/format';
import type { Entity } from '../../records/changes';
import { settings } from '../../app/settings.svelte';
import { leadName } from './lead-words';
import { lesionName } from './lesion-name';

/** What the page of a visit is called: whose it is and of which lesion, what it is called by, its day. */
export function visitTitle(visit: VisitSummary): string {
  return inOneLine([...subjectNames(visit), leadName(visit, settings.mode), dayOf(visit.day)]);
}

/** Whose visit it is and of which lesion, as far as that is known. */
export function visitSubject(visit: VisitSummary): string {
  return inOneLine(subjectNames(visit));
}

/** What a patient, lesion or visit is called, and whose it is; empty where it is not here, or has no name. */
export function rowTitle(of: Entity, id: string): string {
  if (of === 'patient') return inOneLine(subjectNames({ patient: id }));
  if (of === 'lesion') {
    const lesion = catalogue.lesion(id);
    const patient = lesion && !lesion.damaged ? lesion.patient : undefined;
    return inOneLine(subjectNames({ patient, lesion: id }));
  }
  const visit = catalogue.visit(id);
  if (!visit) return '';
  return visit.damaged ? dayOf(visit.day) : visitTitle(visit);
}

function subjectNames({
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
function inOneLine(names: readonly string[]): string {
  return names.join('\u00a0· ');
}
