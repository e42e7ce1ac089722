import { catalogue } from '../../../app/catalogue.svelte';
import { parseRoute } from '../../../app/route';
import { dayOf } from '../../../i18n/format';
import { inOneLine, subjectNames, visitTitle } from '../visit-title';

/** Whom and what the page at an address is about; empty where that is nobody, or is not known. */
export function whose(address: string): string {
  const route = parseRoute(address);
  if (!('id' in route) || route.id === undefined) return '';
  if (route.page === 'patients') return inOneLine(subjectNames({ patient: route.id }));
  if (route.page === 'lesion') {
    const lesion = catalogue.lesion(route.id);
    const patient = lesion && !lesion.damaged ? lesion.patient : undefined;
    return inOneLine(subjectNames({ patient, lesion: route.id }));
  }
  const visit = catalogue.examination(route.id);
  if (!visit) return '';
  return visit.damaged ? dayOf(visit.day) : visitTitle(visit);
}
