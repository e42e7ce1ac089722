/** What the history is narrowed down to. */
import { placeName, viewName } from '../../i18n/body-words';
import { conditionInfo } from '../../i18n/conditions';
import { leadOf } from '../../domain/leading';
import { searchable } from '../../i18n/folded';
import type { VisitEntry, LesionEntry, PatientEntry } from '../../records/catalogue';
import type { Urgency } from '../../domain/advice';
import { asksForDoctor, leadName, visitUrgency } from '../visit/lead-words';
import { seek, type Sought } from '../visit/subject/search';

export interface Filter {
  /** Words of patient, birth date, lesion, place or class. */
  readonly text: string;
  /** ISO days, both included; empty for open. */
  readonly from: string;
  readonly until: string;
  /** Code of the likeliest class; empty for any. */
  readonly top: string;
  readonly triage: Urgency | '';
  readonly flagged: boolean;
  readonly unconfirmed: boolean;
  readonly withoutHistology: boolean;
}

export const noFilter: Filter = {
  text: '',
  from: '',
  until: '',
  top: '',
  triage: '',
  flagged: false,
  unconfirmed: false,
  withoutHistology: false,
};

export function isFiltering(filter: Filter): boolean {
  return Object.values(filter).some(Boolean);
}

interface People {
  patient(id: string | undefined): PatientEntry | undefined;
  lesion(id: string | undefined): LesionEntry | undefined;
}

/** A test of visits, prepared once for many. */
export function filterBy(filter: Filter, people: People): (one: VisitEntry) => boolean {
  const fits = filter.text.trim() === '' ? undefined : seek(filter.text);
  return (one) => {
    if (filter.from || filter.until) {
      if ((filter.from && one.day < filter.from) || (filter.until && one.day > filter.until)) return false;
    }
    if (fits && !fits(soughtOf(one, people))) return false;
    const { top, triage, flagged, unconfirmed, withoutHistology } = filter;
    if (!(top || triage || flagged || unconfirmed || withoutHistology)) return true;
    if (one.damaged) return false;
    if (top && leadOf(one)?.code !== top) return false;
    if (triage && visitUrgency(one) !== triage) return false;
    if (flagged && !asksForDoctor(one)) return false;
    if (unconfirmed && one.diagnosis !== undefined) return false;
    return !(withoutHistology && one.histology !== undefined);
  };
}

interface Prepared {
  /** What it was made of, beside the visit itself. */
  readonly patient: PatientEntry | undefined;
  readonly lesion: LesionEntry | undefined;
  readonly sought: Sought;
}

/** Put together once for each state of a visit and not at every key: there may be ten thousand. */
const prepared = new WeakMap<VisitEntry, Prepared>();

function soughtOf(one: VisitEntry, people: People): Sought {
  const patient = people.patient(one.patient);
  const lesion = people.lesion(one.lesion);
  const known = prepared.get(one);
  if (known && known.patient === patient && known.lesion === lesion) return known.sought;
  const sought = {
    text: searchable(wordsOf(one, patient, lesion).join(' ')),
    born: patient && !patient.damaged ? patient.born : null,
  };
  prepared.set(one, { patient, lesion, sought });
  return sought;
}

function wordsOf(
  one: VisitEntry,
  patient: PatientEntry | undefined,
  lesion: LesionEntry | undefined,
): string[] {
  const words: string[] = [];
  if (patient && !patient.damaged) words.push(patient.name, patient.reference);
  if (lesion && !lesion.damaged) {
    words.push(lesion.name);
    if (lesion.place) words.push(placeName(lesion.place), viewName(lesion.place.view));
  }
  if (!one.damaged) words.push(leadName(one, 'clinician'));
  if (!one.damaged && one.accepted) words.push(conditionInfo(one.top, one.words).name);
  return words;
}
