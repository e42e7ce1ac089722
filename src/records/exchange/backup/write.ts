/** Puts rows of a backup into the record: each call is one transaction. */
import type { Entity } from '../../changes';
import type { LesionRow, PictureRow, Writing } from '../../store/database';
import type { Assignment } from '../../../domain/visit';
import { replaceRow, validAssignment } from '../../visit-rows';
import { mergedOpinions } from '../../opinions';
import {
  openPicture,
  sealBlob,
  sealContent,
  sealLesion,
  sealPatient,
  sealPicture,
  whole,
} from '../../crypto/sealed';
import { again, type Opened, type RecordStore } from '../../store/store';
import type { LesionFile, OpinionsFile, PatientFile } from './format';
import {
  isLater,
  measuredAgain,
  mergedContent,
  missing,
  pictureOf,
  standingVisit,
  standingLesion,
  standingOpinions,
  standingPatient,
  type Source,
  type Standing,
} from './merge';
import type { WholeVisit } from './read';

export async function writePatients(
  store: RecordStore,
  files: readonly PatientFile[],
  source: Source,
): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['patients'],
    ({ database, key }) =>
      prepared(files, async (file) => ({
        id: file.id,
        ...(await standingPatient({ database, key }, file, source)),
        content: await sealPatient(key, file.id, file),
      })),
    async (writing, rows) => {
      const patients = writing.objectStore('patients');
      for (const { id, revision } of rows) {
        if (((await patients.get(id))?.revision ?? 0) !== revision) return again;
      }
      for (const { id, revision, content } of rows) {
        await patients.put({ id, revision: revision + 1, content });
      }
      return rows;
    },
  );
  announce(store, 'patient', done);
}

export async function writeLesions(
  store: RecordStore,
  files: readonly LesionFile[],
  source: Source,
): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['lesions', 'patients', 'examinations'],
    ({ database, key }) =>
      prepared(files, async (file) => ({
        id: file.id,
        of: file.patient,
        ...(await standingLesion({ database, key }, file, source)),
        content: await sealLesion(key, file.id, file),
      })),
    async (writing, rows) => {
      const lesions = writing.objectStore('lesions');
      for (const { id, revision } of rows) {
        if (((await lesions.get(id))?.revision ?? 0) !== revision) return again;
      }
      for (const { id, of, revision, content } of rows) {
        const patient = await ownerOf(writing, of, await lesions.get(id));
        await lesions.put({ id, revision: revision + 1, patient, content });
        await takeAlong(writing, id, patient);
      }
      return rows;
    },
  );
  announce(store, 'lesion', done);
}

export async function writeVisits(
  store: RecordStore,
  examinations: readonly WholeVisit[],
  source: Source,
): Promise<void> {
  if (examinations.length === 0) return;
  const done = await store.write(
    [
      'lesions',
      'patients',
      'examinations',
      'thumbnails',
      'pictures',
      'images',
      'firstExaminations',
      'firstPictures',
    ],
    (opened) => prepared(examinations, (each) => sealed(store, opened, each, source)),
    async (writing, rows) => {
      const stored = writing.objectStore('examinations');
      for (const { id, revision } of rows) {
        if (((await stored.index('id').get(id))?.revision ?? 0) !== revision) return again;
      }
      for (const one of rows) {
        const { id, createdAt, revision, content, thumbnail, pictures, measured } = one;
        const { patient, lesion } = await assignmentOf(writing, one);
        await stored.put({ id, createdAt, revision: revision + 1, patient, lesion, content });
        if (thumbnail) await writing.objectStore('thumbnails').put(thumbnail, id);
        for (const picture of measured) await writing.objectStore('pictures').put(picture);
        for (const { picture, image } of pictures) {
          await writing.objectStore('pictures').put(picture);
          await writing.objectStore('images').put(image, picture.id);
        }
        // Left behind by the first version, where it was damaged.
        await writing.objectStore('firstExaminations').delete([createdAt, id]);
        await writing.objectStore('firstPictures').delete(id);
      }
      return rows;
    },
  );
  announce(store, 'examination', done);
}

/** Puts opinions beside the visits that they are on; those on others are left out. */
export async function writeOpinions(store: RecordStore, files: readonly OpinionsFile[]): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['examinations'],
    (opened) =>
      prepared(files, async (file) => {
        const { row, content, ...standing } = await standingOpinions(store, opened, file);
        if (!row || !content) return { ...standing, id: file.examination, row };
        const opinions = mergedOpinions(content.opinions, file.opinions);
        const sealed = await sealContent(opened.key, row, { ...content, opinions });
        return { ...standing, id: row.id, row: { ...row, revision: row.revision + 1, content: sealed } };
      }),
    async (writing, rows) => {
      for (const { row } of rows) {
        if (row && !(await replaceRow(writing, row))) return again;
      }
      return rows;
    },
  );
  announce(store, 'examination', done);
}

/** A visit of the backup as rows, put together with what is here. */
async function sealed(
  store: RecordStore,
  opened: Opened,
  { examination: file, thumbnail, images }: WholeVisit,
  source: Source,
) {
  const { key } = opened;
  const standing = await standingVisit(store, opened, file, source);
  const { row, content: present } = standing;
  const place = { id: file.id, createdAt: row?.createdAt ?? new Date(file.createdAt) };
  const content = mergedContent(present, file, source);
  const first = content.pictures[0];
  const showsAnother = first !== present?.pictures[0];
  const later = source === 'backup' && isLater(present, file);
  const fresh = missing(present, file);
  const measured: Promise<PictureRow>[] = [];
  for (const picture of later ? file.pictures.filter((each) => !fresh.includes(each)) : []) {
    const stored = await opened.database.get('pictures', picture.id);
    const here = stored && (await whole(openPicture(key, stored), undefined));
    if (here) measured.push(sealPicture(key, file.id, measuredAgain(here, picture)));
    // Damaged: the backup's mends it.
    else fresh.push(picture);
  }
  const pictures = fresh.map(async (picture) => {
    const image = images[file.pictures.indexOf(picture)];
    if (!image) throw new Error('no image');
    return {
      picture: await sealPicture(key, file.id, pictureOf(picture)),
      image: await sealBlob(key, 'image', picture.id, new Blob([image], { type: picture.type })),
    };
  });
  return {
    ...standing,
    ...place,
    later,
    assignment: { patient: file.patient ?? undefined, lesion: file.lesion ?? undefined },
    content: await sealContent(key, place, content),
    thumbnail: showsAnother
      ? await sealBlob(key, 'thumbnail', file.id, new Blob([thumbnail], { type: file.thumbnailType }))
      : undefined,
    pictures: await Promise.all(pictures),
    measured: await Promise.all(measured),
  };
}

/** Whose a lesion is by the later version; the present owner where that version's is not here. */
async function ownerOf(
  writing: Writing,
  patient: string | null,
  present: LesionRow | undefined,
): Promise<string | undefined> {
  if (patient === null) return undefined;
  return (await writing.objectStore('patients').get(patient))?.id ?? present?.patient;
}

/** Gives a lesion's visits to its owner, also those that the backup does not know. */
async function takeAlong(writing: Writing, lesion: string, patient: string | undefined): Promise<void> {
  const store = writing.objectStore('examinations');
  for (const row of await store.index('lesion').getAll(lesion)) {
    if (row.patient !== patient) await store.put({ ...row, patient, revision: row.revision + 1 });
  }
}

/** Whose it is by the later version; the present owner where that version's is not here. */
async function assignmentOf(
  writing: Writing,
  { row, later, assignment }: Awaited<ReturnType<typeof sealed>>,
): Promise<Assignment> {
  if (row && !later) return row;
  const valid = await validAssignment(writing, assignment);
  const lost =
    (assignment.lesion !== undefined && valid.lesion === undefined) ||
    (assignment.patient !== undefined && valid.patient === undefined);
  return row && lost ? row : valid;
}

/** Everything but what is the same already. */
async function prepared<F, P extends Standing>(
  files: readonly F[],
  prepare: (file: F) => Promise<P>,
): Promise<P[]> {
  const rows = await Promise.all(files.map(prepare));
  return rows.filter(({ fate }) => fate !== 'same');
}

function announce(store: RecordStore, of: Entity, rows: readonly (Standing & { id: string })[]): void {
  for (const kind of ['added', 'changed'] as const) {
    const ids = rows.filter(({ fate }) => fate === kind).map(({ id }) => id);
    store.changes.announce({ kind, of, ids });
  }
}
