import { record } from '../../app/record';
import type { VisitRecord } from '../../domain/visit/visit';

/** What `pick` takes of a visit as it is stored now; undefined when it is gone or damaged. */
export async function loadRemarks<T>(id: string, pick: (visit: VisitRecord) => T): Promise<T | undefined> {
  const [visit] = await record.visits.records([id]);
  return visit && !visit.damaged ? pick(visit) : undefined;
}
