import { parseRoute } from '../../../app/route';
import { rowTitle } from '../visit-title';

/** Whom and what the page at an address is about; empty where that is nobody, or is not known. */
export function whose(address: string): string {
  const route = parseRoute(address);
  const id = 'id' in route ? route.id : undefined;
  if (id === undefined) return '';
  if (route.page === 'patients') return rowTitle('patient', id);
  return rowTitle(route.page === 'lesion' ? 'lesion' : 'visit', id);
}
