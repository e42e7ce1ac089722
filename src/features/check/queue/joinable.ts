import { byDay, type VisitSummary } from '../../../domain/visit/visit';
import { mostPictures } from '../../../domain/visit/visit-advice';

/** Visits that may be one, the first to be written down first. */
export interface Joinable {
  readonly ids: readonly string[];
  /** How many pictures they have together. */
  readonly pictures: number;
}

/** The visits that were of one lesion on one day, group by group. What names no lesion may be of several. */
export function joinable(visits: readonly VisitSummary[]): Joinable[] {
  const groups = new Map<string, Map<string, VisitSummary>>();
  for (const visit of [...visits].sort(byDay)) {
    if (visit.lesion === undefined) continue;
    const name = `${visit.lesion} ${visit.day}`;
    groups.set(name, (groups.get(name) ?? new Map<string, VisitSummary>()).set(visit.id, visit));
  }
  return [...groups.values()]
    .map((group) => ({
      ids: [...group.keys()],
      pictures: [...group.values()].reduce((sum, one) => sum + one.pictures, 0),
    }))
    .filter(({ ids, pictures }) => ids.length > 1 && pictures <= mostPictures);
}
