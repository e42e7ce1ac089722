import { catalogue } from '../../app/catalogue.svelte';
import type { VisitSummary } from '../../domain/visit/visit';
import { dayOf } from '../../i18n/format';
import { leadName } from './lead-words';
import { lesionName } from './lesion-name';

/** What the page of a visit is called: whose it is and of which lesion, what it is called by, its day. */
export function visitTitle(visit: VisitSummary): string {
  const patient = catalogue.patient(visit.patient);
  const lesion = catalogue.lesion(visit.lesion);
  return [
    patient && !patient.damaged ? patient.name : '',
    lesion && !lesion.damaged ? lesionName(lesion) : '',
    leadName(visit),
    dayOf(visit.day),
  ]
    .filter(Boolean)
    .join(' · ');
}
