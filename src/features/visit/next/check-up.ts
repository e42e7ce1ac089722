/** Plans the next check-up from a visit, and undoes that. A check-up belongs to a lesion: a visit without one gets one. */
import type { IsoDay } from '../../../domain/calendar/calendar';
import type { Assignment } from '../../../domain/visit/visit';
import type { HealthRecord } from '../../../records/record';

/** Where visits and lesions are kept. */
export interface Records {
  readonly lesions: Pick<HealthRecord['lesions'], 'add' | 'edit' | 'get' | 'remove'>;
  readonly visits: Pick<HealthRecord['visits'], 'assign' | 'course'>;
}

/** Of which visit a check-up is planned. */
export interface VisitOf extends Assignment {
  readonly id: string;
}

/** A check-up that was planned: enough to undo it. */
export interface PlannedCheckUp {
  readonly visit: VisitOf;
  readonly lesion: string;
  readonly day: IsoDay;
  /** The day that was planned before, an ISO date. */
  readonly before: string | null;
}

/**
 * The lesion of a visit. One without a name and a place is made where the visit has none yet, so that what comes next
 * can be held against it.
 * @throws Failure
 */
export async function lesionFor(records: Records, { id, patient, lesion }: VisitOf): Promise<string> {
  if (lesion !== undefined) return lesion;
  const made = await records.lesions.add({ name: '', place: null, note: '', nextCheck: null }, patient);
  try {
    await records.visits.assign([id], { lesion: made });
  } catch (thrown) {
    await records.lesions.remove(made).catch(() => undefined);
    throw thrown;
  }
  return made;
}

/** @throws Failure; `record-stale` when another window has planned another day meanwhile */
export async function planCheckUp(
  records: Records,
  visit: VisitOf,
  day: IsoDay,
): Promise<PlannedCheckUp | undefined> {
  const lesion = await lesionFor(records, visit);
  const present = await records.lesions.get(lesion);
  if (!present || present.damaged) return undefined;
  const before = present.nextCheck;
  await records.lesions.edit(lesion, { nextCheck: day }, { nextCheck: before });
  return { visit, lesion, day, before };
}

/** Puts the day back that was planned before. A lesion that was made for the check-up goes, unless more is in it by now. */
export async function undoCheckUp(records: Records, planned: PlannedCheckUp): Promise<void> {
  const { visit, lesion, day, before } = planned;
  await records.lesions.edit(lesion, { nextCheck: before }, { nextCheck: day });
  if (visit.lesion !== undefined) return;
  const course = await records.visits.course(lesion);
  const present = await records.lesions.get(lesion);
  const isEmpty = present && !present.damaged && present.name === '' && present.place === null;
  if (!isEmpty || present.note !== '' || course.some(({ id }) => id !== visit.id)) return;
  await records.visits.assign([visit.id], { patient: visit.patient });
  await records.lesions.remove(lesion);
}
