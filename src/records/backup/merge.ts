/**
 * What a backup's rows become beside those that are here. Rows are the same by their id. Of two versions the one
 * that was changed last counts; pictures of both are kept. So nothing is lost, and a backup that is restored twice
 * changes nothing the second time.
 */
import { summarise } from '../codec';
import { convertStored } from '../conversion';
import type { ExaminationRow } from '../database';
import { recordOf } from '../examination-rows';
import type { PictureRecord } from '../examination';
import type { ExaminationContent } from '../schema';
import { openContent, openLesion, openPatient, whole } from '../sealed';
import type { Opened, RecordStore } from '../store';
import type { ExaminationFile, LesionFile, PatientFile, PictureFile } from './format';

/** What happens to a row of the backup. */
export type Fate = 'added' | 'changed' | 'same';

/** What stands here under the id of a row of the backup. */
export interface Standing {
  readonly fate: Fate;
  /** 0 where there is none. */
  readonly revision: number;
}

export async function standingPatient({ database, key }: Opened, file: PatientFile): Promise<Standing> {
  const row = await database.get('patients', file.id);
  if (!row) return { fate: 'added', revision: 0 };
  const patient = await whole(openPatient(key, row), undefined);
  return { fate: fateOf(patient, file), revision: row.revision };
}

export async function standingLesion({ database, key }: Opened, file: LesionFile): Promise<Standing> {
  const row = await database.get('lesions', file.id);
  if (!row) return { fate: 'added', revision: 0 };
  const lesion = await whole(openLesion(key, row), undefined);
  return { fate: fateOf(lesion, file), revision: row.revision };
}

/** A row that is damaged here is mended by the backup's. */
function fateOf(here: { updatedAt: number } | undefined, there: { updatedAt: number }): Fate {
  return here && here.updatedAt >= there.updatedAt ? 'same' : 'changed';
}

export interface StandingExamination extends Standing {
  readonly row: ExaminationRow | undefined;
  /** Undefined where it is damaged. */
  readonly content: ExaminationContent | undefined;
}

export async function standingExamination(
  store: RecordStore,
  opened: Opened,
  file: ExaminationFile,
): Promise<StandingExamination> {
  const find = () => opened.database.getFromIndex('examinations', 'id', file.id);
  let row = await find();
  if (row && !row.content) {
    await convertStored(store, opened, row);
    row = await find();
  }
  if (!row) return { fate: 'added', revision: 0, row, content: undefined };
  const content = await whole(openContent(opened.key, row), undefined);
  const fate = content && missing(content, file).length === 0 ? fateOf(content, file) : 'changed';
  return { fate, revision: row.revision, row, content };
}

/** Whether the backup's version is the later one. */
export function isLater(content: ExaminationContent | undefined, { updatedAt }: ExaminationFile): boolean {
  return !content || content.updatedAt < updatedAt;
}

/** The pictures of the backup that are not here. */
export function missing(content: ExaminationContent | undefined, file: ExaminationFile): PictureFile[] {
  return file.pictures.filter(({ id }) => !content?.pictures.includes(id));
}

/** Both in one. */
export function mergedContent(
  content: ExaminationContent | undefined,
  file: ExaminationFile,
): ExaminationContent {
  const { updatedAt, note, diagnosis, histology, checklist, triage } = file;
  const theirs = file.pictures.map(({ id }) => id);
  const first = file.pictures[0];
  if (content && !isLater(content, file)) {
    return { ...content, pictures: [...new Set([...content.pictures, ...theirs])] };
  }
  if (!first) throw new Error('no picture');
  return {
    updatedAt,
    note,
    diagnosis,
    histology,
    checklist,
    triage,
    summary: summarise(pictureOf(first)),
    pictures: [...new Set([...theirs, ...(content?.pictures ?? [])])],
  };
}

/** A picture that is in both, as the later version measured it; what only one of them measured is kept. */
export function measuredAgain(here: PictureRecord | undefined, file: PictureFile): PictureRecord {
  const { outline, measures } = here ?? {};
  const figures = { ...(outline && { outline }), ...(measures && { measures }) };
  return recordOf(file.id, { ...figures, ...pictureOf(file) });
}

export function pictureOf({ id, embedding, reading, ...picture }: PictureFile): PictureRecord {
  return recordOf(id, { ...picture, reading: { ...reading, embedding } });
}
