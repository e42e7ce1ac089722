/**
 * What a backup's rows become beside those that are here. Rows are the same by their id. Of two versions the one
 * that was changed last counts; pictures and opinions of both are kept. So nothing is lost, and a backup that is
 * restored twice changes nothing the second time. A case that somebody sends, possibly without names, changes
 * nothing that is here: it only adds what is missing.
 */
import type { IsoDay } from '../../../domain/calendar/calendar';
import { leadingPicture } from '../../../domain/visit-advice';
import { summarise } from '../../crypto/codec';
import type { VisitRow } from '../../store/database';
import { recordOf } from '../../rows/visit-rows';
import type { Arrival, Opinion, PictureRecord } from '../../../domain/visit';
import { mergedOpinions, newOpinions } from '../../rows/opinions';
import type { VisitContent } from '../../store/schema';
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

/** What happens to a row of the backup. */
export type Fate = 'added' | 'changed' | 'same';

/** What stands here under the id of a row of the backup. */
export interface Standing {
  readonly fate: Fate;
  /** 0 where there is none. */
  readonly revision: number;
}

/** Whether the file is a backup of somebody's record or a case that was sent. */
export type Source = 'backup' | 'case';

/** Where a file comes from: of a case also who says to have sent it, empty where nobody does. */
export type Sender = { readonly source: 'backup' } | { readonly source: 'case'; readonly from: string };

export async function standingPatient(
  { database, key }: Opened,
  file: PatientFile,
  source: Source,
): Promise<Standing> {
  const row = await database.get('patients', file.id);
  if (!row) return { fate: 'added', revision: 0 };
  if (source === 'case') return { fate: 'same', revision: row.revision };
  const patient = await whole(openPatient(key, row), undefined);
  return { fate: fateOf(patient, file), revision: row.revision };
}

export async function standingLesion(
  { database, key }: Opened,
  file: LesionFile,
  source: Source,
): Promise<Standing> {
  const row = await database.get('lesions', file.id);
  if (!row) return { fate: 'added', revision: 0 };
  if (source === 'case') return { fate: 'same', revision: row.revision };
  const lesion = await whole(openLesion(key, row), undefined);
  return { fate: fateOf(lesion, file), revision: row.revision };
}

/** A row that is damaged here is mended by the backup's. */
function fateOf(here: { updatedAt: number } | undefined, there: { updatedAt: number }): Fate {
  return here && here.updatedAt >= there.updatedAt ? 'same' : 'changed';
}

export interface StandingVisit extends Standing {
  readonly row: VisitRow | undefined;
  /** Undefined where it is damaged. */
  readonly content: VisitContent | undefined;
}

export async function standingVisit(opened: Opened, file: VisitFile, source: Source): Promise<StandingVisit> {
  const { row, content } = await presentVisit(opened, file.id);
  if (!row) return { fate: 'added', revision: 0, row, content };
  const more =
    missing(content, file).length > 0 || newOpinions(content?.opinions ?? [], file.opinions).length > 0;
  const later = source === 'backup' && isLater(content, file);
  // What is damaged here is mended by a backup only.
  const changed = later || (more && content !== undefined);
  return { fate: changed ? 'changed' : 'same', revision: row.revision, row, content };
}

export async function standingOpinions(opened: Opened, file: OpinionsFile): Promise<StandingVisit> {
  const { row, content } = await presentVisit(opened, file.examination);
  const fresh = content ? newOpinions(content.opinions, file.opinions) : [];
  return { fate: fresh.length > 0 ? 'changed' : 'same', revision: row?.revision ?? 0, row, content };
}

/** A visit that is here; its content is undefined where it is damaged. */
async function presentVisit({ database, key }: Opened, id: string) {
  const row = await database.getFromIndex('examinations', 'id', id);
  return { row, content: row && (await whole(openContent(key, row), undefined)) };
}

/** Whether the backup's version is the later one. */
export function isLater(content: VisitContent | undefined, { updatedAt }: VisitFile): boolean {
  return !content || content.updatedAt < updatedAt;
}

/** The pictures of the backup that are not here. */
export function missing(content: VisitContent | undefined, file: VisitFile): PictureFile[] {
  return file.pictures.filter(({ id }) => !content?.pictures.includes(id));
}

/**
 * What a file brought, beside what had come before and was not looked at.
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
  return {
    from: sender.from || (before?.from ?? ''),
    visit: pictures > 0 || (before?.visit ?? false),
    opinions: [...new Set([...(before?.opinions ?? []), ...fresh])],
  };
}

/** Both in one. */
export function mergedContent(
  content: VisitContent | undefined,
  file: VisitFile,
  sender: Sender,
): VisitContent {
  const { source } = sender;
  const opinions = mergedOpinions(content?.opinions ?? [], file.opinions);
  const arrival = arrivalOf(content, file.opinions, sender, missing(content, file).length);
  const { updatedAt, note, diagnosis, histology, checklist, triage, impression } = file;
  const theirs = file.pictures.map(({ id }) => id);
  const [first, ...others] = file.pictures;
  const day = dayOf(file);
  if (content && (source === 'case' || !isLater(content, file))) {
    return { ...content, opinions, arrival, pictures: [...new Set([...content.pictures, ...theirs])] };
  }
  if (!first) throw new Error('no picture');
  return {
    updatedAt,
    note,
    diagnosis,
    histology,
    checklist,
    triage,
    impression,
    opinions,
    arrival,
    summary: summarise(
      leadingPicture([pictureOf(first, day), ...others.map((each) => pictureOf(each, day))]),
    ),
    pictures: [...new Set([...theirs, ...(content?.pictures ?? [])])],
  };
}

/**
 * A picture that is in both, as the later version measured it; what only one of them measured is kept. Size and
 * frame are those of the image that is here, which may have been shrunk.
 */
export function measuredAgain(here: PictureRecord, file: PictureFile, day: IsoDay): PictureRecord {
  const { kind, capturedOn, outline, measures } = file;
  const said = { ...(kind && { kind }), ...(capturedOn && { capturedOn }) };
  const measured = { ...(outline && { outline }), ...(measures && { measures }) };
  if (!readAgain(here, file)) return recordOf(here.id, { ...here, ...said, ...measured }, day);
  // What was measured here lies in the crop that was read before.
  const { source, size } = here;
  const { embedding, frame, reading } = file;
  const read = { source, size, frame, reading: { ...reading, embedding } };
  return recordOf(here.id, { ...read, ...said, ...measured }, day);
}

/** Whether the same image was read with another crop. */
function readAgain({ size, frame }: PictureRecord, file: PictureFile): boolean {
  const [before, now] = [JSON.stringify([size, frame]), JSON.stringify([file.size, file.frame])];
  return before !== now && JSON.stringify(size) === JSON.stringify(file.size);
}

/** @param day of its visit */
export function pictureOf({ id, embedding, reading, ...picture }: PictureFile, day: IsoDay): PictureRecord {
  return recordOf(id, { ...picture, reading: { ...reading, embedding } }, day);
}
