/**
 * Merges a file's rows with those that are here. Rows are the same by their id. A backup of this record
 * changes what is here: each field by its lineage, whatever the clocks said. Versions that nobody has replaced stay side
 * by side; opinions of both are kept, and pictures that nobody has removed. So nothing is lost, and a backup that is
 * restored twice changes nothing the second time. Whatever else is opened only adds (incoming.ts).
 * Longer than 300 lines: each kind of row is compared with its counterpart here by the same steps.
 */
import {
  joinedRows,
  lineageOf,
  otherVersions,
  type Lineage,
  type Traced,
} from '../../../domain/lineage/lineage';
import { allJoins } from '../../../domain/visit/joins';
import { allRemovals, standingOf, type PictureRemovals } from '../../../domain/visit/picture-removals';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { same } from '../../../domain/three-way';
import type { VisitRow } from '../../store/database';
import { recordOf } from '../../rows/visit-rows';
import type { Arrival, Assignment, Opinion, PictureRecord } from '../../../domain/visit/visit';
import { mergedOpinions, newOpinions } from '../../rows/opinions';
import type { VisitContent } from '../../store/schema';
import {
  lesionFields,
  ownerOfVisit,
  patientFields,
  visitFields,
  type Owner,
} from '../../../domain/lineage/fields';
import { openContent, openLesion, openPatient, whole } from '../../crypto/sealed';
import type { Opened } from '../../rows/record-store';
import {
  dayOf,
  type VisitFile,
  type LesionFile,
  type OpinionsFile,
  type PatientFile,
  type PictureFile,
} from './format';

/** What happens to a row of the file; `traced`: the content is the same, and only the lineage is added. */
type Fate = 'added' | 'changed' | 'traced' | 'same';

/** `change`: rows that are here are changed; `add`: they stay as they are. */
export type Right = 'change' | 'add';

/** One field of a row that is here, and its new value. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Both stay: the one that `after` leads, and these. */
  readonly beside: readonly unknown[];
}

/** The row that has the same id here. */
export interface Standing {
  readonly fate: Fate;
  /** 0 if the row is not here. */
  readonly revision: number;
  readonly changes: readonly FieldChange[];
}

export interface StandingRow<F> extends Standing {
  /** The row after the merge. */
  readonly next: F;
}

/** Where a file comes from; of a case also the claimed sender, which may be empty. */
export type Sender = { readonly source: 'backup' } | { readonly source: 'case'; readonly from: string };

export async function standingPatient(
  { database, key }: Opened,
  file: PatientFile,
  right: Right,
): Promise<StandingRow<PatientFile>> {
  const row = await database.get('patients', file.id);
  const present = row && (await whole(openPatient(key, row), undefined));
  return standing(row?.revision, right, present, file, patientFields);
}

export async function standingLesion(
  { database, key }: Opened,
  file: LesionFile,
  right: Right,
): Promise<StandingRow<LesionFile>> {
  const row = await database.get('lesions', file.id);
  const present = row && (await whole(openLesion(key, row), undefined));
  const here = present && { ...present, patient: present.patient ?? null, owner: present.patient ?? null };
  const found = standing(row?.revision, right, here, { ...file, owner: file.patient }, lesionFields);
  const { owner, ...next } = found.next;
  return { ...found, next: { ...next, patient: owner } };
}

function standing<F extends Traced & object>(
  revision: number | undefined,
  right: Right,
  present: (Traced & object) | undefined,
  file: F,
  names: readonly string[],
): StandingRow<F> {
  if (revision === undefined) return { fate: 'added', revision: 0, next: file, changes: [] };
  if (right === 'add') return { fate: 'same', revision, next: file, changes: [] };
  // A damaged row is replaced by the one from the file.
  if (!present) return { fate: 'changed', revision, next: file, changes: [] };
  const { values, lineage } = joinedRows(present, file, names);
  const updatedAt = Math.max(present.updatedAt, file.updatedAt);
  const next: F = { ...file, ...values, lineage, updatedAt };
  const changes = changesOf(present, next, names);
  return { fate: fateOf(changes, present.lineage, lineage), revision, next, changes };
}

function fateOf(changes: readonly FieldChange[], before: Lineage | undefined, after: Lineage): Fate {
  if (changes.length > 0) return 'changed';
  return same(before, after) ? 'same' : 'traced';
}

function changesOf(before: Traced & object, after: Traced & object, names: readonly string[]): FieldChange[] {
  const [here, next] = [before, after] as unknown as Readonly<Record<string, unknown>>[];
  return names
    .map((field) => ({
      field,
      before: here?.[field],
      after: next?.[field],
      beside: otherVersions(after, field),
    }))
    .filter(({ field, ...one }) => {
      return !same(one.before, one.after) || !same(one.beside, otherVersions(before, field));
    });
}

export interface StandingVisit extends Standing {
  readonly row: VisitRow | undefined;
  /** Undefined where it is damaged. */
  readonly present: VisitContent | undefined;
}

export interface JoinedVisit extends StandingVisit {
  /** The summary is that of the pictures as they are written. */
  readonly content: Omit<VisitContent, 'summary' | 'arrival'>;
  /** The day that it is about. */
  readonly day: IsoDay;
  /** The patient and lesion that it will belong to. */
  readonly assignment: Assignment;
  /** The pictures of the file that are not here. */
  readonly missing: readonly PictureFile[];
  /** Ids of pictures that are here and were removed there. */
  readonly removed: readonly string[];
  /** Pictures of both of which the file may know otherwise. */
  readonly measured: readonly PictureFile[];
}

export async function standingVisit(opened: Opened, file: VisitFile, right: Right): Promise<JoinedVisit> {
  const { row, content: present } = await presentVisit(opened, file.id);
  const there = {
    ...file,
    pictures: file.pictures.map(({ id }) => id),
    owner: ownerIn(file),
    measures: null,
  };
  const theirs = contentOf(file);
  const bare = {
    row,
    present,
    revision: row?.revision ?? 0,
    changes: [],
    missing: [],
    removed: [],
    measured: [],
    day: row?.day ?? dayOf(file),
  };
  if (!row || (!present && right === 'change')) {
    const fate = row ? 'changed' : 'added';
    const assignment = assignmentTo(there.owner);
    return { ...bare, fate, day: dayOf(file), content: theirs, assignment, missing: file.pictures };
  }
  const assignment = { patient: row.patient, lesion: row.lesion };
  if (!present) return { ...bare, fate: 'same', content: theirs, assignment };
  const opinions = mergedOpinions(present.opinions, file.opinions);
  const more = newOpinions(present.opinions, file.opinions).length > 0;
  if (right === 'add') {
    const content = { ...present, opinions };
    return { ...bare, fate: more ? 'changed' : 'same', content, assignment };
  }
  const here = { ...present, owner: ownerOfVisit(row), measures: null, day: row.day };
  const { values, lineage } = joinedRows(here, there, visitFields);
  const { owner, day, ...remarks } = values as typeof here;
  const removals = allRemovals(present.removals, file.removals);
  const known = [...present.pictures, ...there.pictures];
  const pictures = standingPictures(lineage, remarks.pictures, known, removals);
  const next = { ...present, ...remarks, owner, day, measures: null, pictures, lineage };
  const changes = changesOf(here, next, visitFields);
  const standing = file.pictures.filter(({ id }) => pictures.includes(id));
  const common = standing.filter(({ id }) => present.pictures.includes(id));
  const marksOf = (of: Lineage) => lineageOf({ updatedAt: 0, lineage: of }, ['measures']).fields['measures'];
  const before = lineageOf(here, visitFields);
  const measured = !same(marksOf(before), marksOf(lineageOf(there, visitFields))) ? common : [];
  const remeasured = !same(marksOf(before), marksOf(lineage));
  const fate = changes.length > 0 || more || remeasured ? 'changed' : fateOf([], present.lineage, lineage);
  const content = {
    ...present,
    ...remarks,
    updatedAt: Math.max(present.updatedAt, file.updatedAt),
    lineage,
    joined: allJoins(present.joined, file.joined),
    removals,
    opinions,
    pictures,
  };
  return {
    ...bare,
    fate,
    changes,
    day,
    content,
    assignment: assignmentTo(owner),
    missing: standing.filter((picture) => !common.includes(picture)),
    removed: present.pictures.filter((id) => !pictures.includes(id)),
    measured,
  };
}

/**
 * All of all versions of the list that stand, those of the leading one first, but what was removed.
 * @param there ids of the pictures that there are, here or in the file
 */
function standingPictures(
  { fields }: Lineage,
  leading: readonly string[],
  there: readonly string[],
  removals: PictureRemovals | undefined,
): string[] {
  const lists = (fields['pictures'] ?? []).map(({ value }) => (value as string[] | undefined) ?? leading);
  const ids = [...new Set(lists.flat())].filter((id) => there.includes(id));
  return standingOf(ids.length > 0 ? ids : [...new Set(there)], removals);
}

function contentOf({
  pictures,
  updatedAt,
  lineage,
  joined,
  removals,
  opinions,
  ...file
}: VisitFile): Omit<VisitContent, 'summary' | 'arrival'> {
  const { note, diagnosis, histology, checklist, triage, impression } = file;
  const remarks = { note, diagnosis, histology, checklist, triage, impression };
  const ids = pictures.map(({ id }) => id);
  return { updatedAt, lineage, joined, removals, ...remarks, opinions, pictures: ids };
}

function ownerIn({ patient, lesion }: VisitFile): Owner {
  return ownerOfVisit({ patient: patient ?? undefined, lesion: lesion ?? undefined });
}

function assignmentTo(owner: Owner): Assignment {
  if (owner === null) return { patient: undefined, lesion: undefined };
  return 'lesion' in owner
    ? { patient: undefined, lesion: owner.lesion }
    : { patient: owner.patient, lesion: undefined };
}

export async function standingOpinions(opened: Opened, file: OpinionsFile): Promise<StandingVisit> {
  const { row, content: present } = await presentVisit(opened, file.examination);
  const fresh = present ? newOpinions(present.opinions, file.opinions) : [];
  const fate = fresh.length > 0 ? 'changed' : 'same';
  return { fate, revision: row?.revision ?? 0, changes: [], row, present };
}

/** A visit that is here; its content is undefined where it is damaged. */
async function presentVisit({ database, key }: Opened, id: string) {
  const row = await database.getFromIndex('examinations', 'id', id);
  return { row, content: row && (await whole(openContent(key, row), undefined)) };
}

/**
 * What a file added, together with earlier additions that were not looked at yet.
 * @param pictures how many it brought
 */
export function arrivalOf(
  content: VisitContent | undefined,
  theirs: readonly Opinion[],
  sender: Sender,
  pictures = 0,
): Arrival | null {
  const before = content?.arrival ?? null;
  if (sender.source === 'backup') return before;
  const fresh = newOpinions(content?.opinions ?? [], theirs).map(({ id }) => id);
  if (pictures === 0 && fresh.length === 0) return before;
  return {
    from: sender.from || (before?.from ?? ''),
    visit: pictures > 0 || (before?.visit ?? false),
    opinions: [...new Set([...(before?.opinions ?? []), ...fresh])],
  };
}

/** @param day of its visit */
export function pictureOf({ id, embedding, reading, ...picture }: PictureFile, day: IsoDay): PictureRecord {
  return recordOf(id, { ...picture, reading: { ...reading, embedding } }, day);
}
