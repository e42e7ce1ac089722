/**
 * Puts rows of a backup into the record: each call is one transaction.
 * Longer than 300 lines: one function a kind of row, all in the same form.
 */
import type { LesionRow, Writing } from '../../store/database';
import type { PictureSummary, VisitContent } from '../../store/schema';
import { same } from '../../../domain/three-way';
import type { Lesion } from '../../../domain/lesion';
import type { Patient } from '../../../domain/patient';
import type { Assignment, PictureRecord, VisitSummary } from '../../../domain/visit/visit';
import { leadingPicture } from '../../../domain/visit/visit-advice';
import { summarise } from '../../crypto/codec';
import { ownVisit, removeTaken } from './joined';
import { replaceRow, rewritten, validAssignment } from '../../rows/visit-rows';
import { joinedPicture } from '../../picture-lineage';
import { mergedOpinions } from '../../rows/opinions';
import { openPicture, sealBlob, sealLesion, sealPatient, sealPicture, whole } from '../../crypto/sealed';
import { again, type Opened, type RecordStore } from '../../rows/record-store';
import {
  dayOf,
  type LesionFile,
  type OpinionsFile,
  type PatientFile,
  type PictureFile,
  type VisitFile,
} from './format';
import {
  arrivalOf,
  pictureOf,
  standingVisit,
  standingLesion,
  standingOpinions,
  standingPatient,
  type Right,
  type Sender,
  type JoinedVisit,
  type Standing,
} from './merge';
import type { WholeVisit } from './read';

export async function writePatients(
  store: RecordStore,
  files: readonly PatientFile[],
  right: Right,
): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['patients'],
    (opened) =>
      prepared(files, async (file) => {
        const standing = await standingPatient(opened, file, right);
        const content = await sealPatient(opened.key, file.id, standing.next);
        return { id: file.id, ...standing, content };
      }),
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
  for (const { fate, ids, of } of byFate(done)) {
    const saved = of.map(({ id, revision, next }): Patient => ({
      ...next,
      id,
      revision: revision + 1,
      damaged: false,
    }));
    store.changes.announce({ kind: fate, of: 'patient', ids, saved });
  }
}

export async function writeLesions(
  store: RecordStore,
  files: readonly LesionFile[],
  right: Right,
): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['lesions', 'patients', 'examinations'],
    (opened) =>
      prepared(files, async (file) => {
        const standing = await standingLesion(opened, file, right);
        const content = await sealLesion(opened.key, file.id, standing.next);
        return { id: file.id, ...standing, content };
      }),
    async (writing, rows) => {
      const lesions = writing.objectStore('lesions');
      for (const { id, revision } of rows) {
        if (((await lesions.get(id))?.revision ?? 0) !== revision) return again;
      }
      const written: (Standing & { readonly id: string; readonly saved: Lesion })[] = [];
      const moved: string[] = [];
      for (const { id, next, content, ...standing } of rows) {
        const patient = await ownerOf(writing, next.patient, await lesions.get(id));
        const revision = standing.revision + 1;
        await lesions.put({ id, revision, patient, content });
        moved.push(...(await takeAlong(writing, id, patient)));
        written.push({ ...standing, id, saved: { ...next, revision, patient, damaged: false } });
      }
      return { written, moved };
    },
  );
  for (const { fate, ids, of } of byFate(done.written)) {
    store.changes.announce({ kind: fate, of: 'lesion', ids, saved: of.map(({ saved }) => saved) });
  }
  store.changes.announce({ kind: 'changed', of: 'visit', ids: done.moved });
}

export async function writeVisits(
  store: RecordStore,
  visits: readonly WholeVisit[],
  right: Right,
  sender: Sender,
): Promise<void> {
  if (visits.length === 0) return;
  const done = await store.write(
    ['lesions', 'patients', 'examinations', 'thumbnails', 'pictures', 'images'],
    (opened) => prepared(visits, (each) => sealed(opened, each, right, sender)),
    async (writing, rows) => {
      const stored = writing.objectStore('examinations');
      const seen = rows.flatMap((one) => [one, ...one.taken.map(({ row }) => row)]);
      for (const { id, revision } of seen) {
        if (((await stored.index('id').get(id))?.revision ?? 0) !== revision) return again;
      }
      const written: (Standing & { readonly id: string; readonly saved: VisitSummary })[] = [];
      const joined: { readonly into: string; readonly ids: readonly string[] }[] = [];
      for (const one of rows) {
        const { id, fate, revision, changes, prepared, thumbnail, pictures, measured, removed } = one;
        const assignment = await assignmentOf(writing, one);
        await removeTaken(writing, one.taken, one.content.pictures);
        await stored.put({ ...prepared.row, ...assignment });
        written.push({ id, fate, revision, changes, saved: { ...prepared.saved, ...assignment } });
        joined.push({ into: id, ids: one.taken.map(({ row }) => row.id) });
        if (thumbnail) await writing.objectStore('thumbnails').put(thumbnail, id);
        for (const picture of removed) {
          await writing.objectStore('pictures').delete(picture);
          await writing.objectStore('images').delete(picture);
        }
        for (const picture of measured) await writing.objectStore('pictures').put(picture);
        for (const { picture, image } of pictures) {
          await writing.objectStore('pictures').put(picture);
          await writing.objectStore('images').put(image, picture.id);
        }
      }
      return { written, joined };
    },
  );
  for (const { into, ids } of done.joined) {
    store.changes.announce({ kind: 'removed', of: 'visit', ids, into });
  }
  announceVisits(store, done.written);
}

/** Adds opinions to their visits; opinions on visits that are not here are left out. */
export async function writeOpinions(
  store: RecordStore,
  files: readonly OpinionsFile[],
  sender: Sender,
): Promise<void> {
  if (files.length === 0) return;
  const done = await store.write(
    ['examinations'],
    (opened) =>
      prepared(files, async (file) => {
        const { present, ...standing } = await standingOpinions(opened, file);
        const opinions = present && mergedOpinions(present.opinions, file.opinions);
        const arrival = arrivalOf(present, file.opinions, sender);
        const next =
          standing.row &&
          opinions &&
          (await rewritten(opened.key, standing.row, { ...present, opinions, arrival }));
        return { ...standing, ...next, id: file.examination };
      }),
    async (writing, rows) => {
      for (const { row } of rows) {
        if (row && !(await replaceRow(writing, row))) return again;
      }
      return rows;
    },
  );
  announceVisits(store, done);
}

/** A visit of the backup as rows, merged with what is here; undefined if nothing is left of it. */
async function sealed(opened: Opened, sent: WholeVisit, right: Right, sender: Sender) {
  const { key } = opened;
  const own = await ownVisit(opened, sent, right);
  if (!own) return undefined;
  const { file, thumbnail, images, taken } = own;
  const standing = await standingVisit(opened, file, own.moved ? 'add' : right);
  const { row, present, revision, day } = standing;
  const createdAt = row?.createdAt ?? new Date(file.createdAt);
  const visit = { id: file.id, createdAt, day, revision, patient: row?.patient, lesion: row?.lesion };
  const { records, fresh, measured, croppedAgain } = await picturesOf(opened, file, standing);
  const arrival =
    arrivalOf(present, file.opinions, sender, fresh.length) ??
    taken.map((one) => one.content.arrival).find((one) => one !== null) ??
    null;
  const opinions = taken.reduce(
    (all, one) => mergedOpinions(all, one.content.opinions),
    standing.content.opinions,
  );
  const content = { ...standing.content, opinions, arrival, summary: summaryOf(records, present) };
  const showsAnother = content.pictures[0] !== present?.pictures[0] || croppedAgain;
  const pictures = fresh.map(async ({ file: picture, record }) => {
    const image = images[file.pictures.indexOf(picture)];
    if (!image) throw new Error('no image');
    return {
      picture: await sealPicture(key, file.id, record),
      image: await sealBlob(key, 'image', picture.id, new Blob([image], { type: picture.type })),
    };
  });
  return {
    ...standing,
    content,
    id: file.id,
    taken,
    prepared: await rewritten(key, visit, content),
    thumbnail: showsAnother
      ? await sealBlob(key, 'thumbnail', file.id, new Blob([thumbnail], { type: file.thumbnailType }))
      : undefined,
    pictures: await Promise.all(pictures),
    measured: await Promise.all(measured.map((record) => sealPicture(key, file.id, record))),
  };
}

/** The pictures that a visit will have, and which of them are written. */
async function picturesOf({ database, key }: Opened, file: VisitFile, standing: JoinedVisit) {
  const { content, day, missing } = standing;
  const records: PictureRecord[] = [];
  const fresh: { readonly file: PictureFile; readonly record: PictureRecord }[] = [];
  const measured: PictureRecord[] = [];
  let croppedAgain = false;
  for (const [at, id] of content.pictures.entries()) {
    const stored = await database.get('pictures', id);
    const here = stored && (await whole(openPicture(key, stored, day), undefined));
    const sent = [...missing, ...standing.measured].find((picture) => picture.id === id);
    let record = here;
    if (sent && (!here || missing.includes(sent))) {
      // Damaged or not here: the backup's mends it.
      record = pictureOf(sent, dayOf(file));
      fresh.push({ file: sent, record });
    } else if (here && sent) {
      const there = pictureOf(sent, dayOf(file));
      record = joinedPicture(here, there);
      if (record !== here) measured.push(record);
      // The file's thumbnail shows the file's crop.
      if (at === 0) croppedAgain = !same(here.frame, record.frame) && same(record.reading, there.reading);
    }
    if (record) records.push(record);
  }
  return { records, fresh, measured, croppedAgain };
}

/** Of the leading picture; unchanged if none of them can be read. */
function summaryOf(
  [first, ...others]: readonly PictureRecord[],
  present: VisitContent | undefined,
): PictureSummary {
  if (first) return summarise(leadingPicture([first, ...others]));
  if (!present) throw new Error('no picture');
  return present.summary;
}

/** Whose a lesion is by the leading version; the present owner where that version's is not here. */
async function ownerOf(
  writing: Writing,
  patient: string | null,
  present: LesionRow | undefined,
): Promise<string | undefined> {
  if (patient === null) return undefined;
  return (await writing.objectStore('patients').get(patient))?.id ?? present?.patient;
}

/** Gives a lesion's visits to its owner, also those that the backup does not know. @returns their ids */
async function takeAlong(writing: Writing, lesion: string, patient: string | undefined): Promise<string[]> {
  const store = writing.objectStore('examinations');
  const rows = (await store.index('lesion').getAll(lesion)).filter((row) => row.patient !== patient);
  for (const row of rows) await store.put({ ...row, patient, revision: row.revision + 1 });
  return rows.map(({ id }) => id);
}

/** Whose it is by the leading version; the present owner where that version's is not here. */
async function assignmentOf(
  writing: Writing,
  { row, assignment }: Pick<JoinedVisit, 'row' | 'assignment'>,
): Promise<Assignment> {
  const present = row && { patient: row.patient, lesion: row.lesion };
  const valid = await validAssignment(writing, assignment);
  const lost =
    (assignment.lesion !== undefined && valid.lesion === undefined) ||
    (assignment.patient !== undefined && valid.patient === undefined);
  return present && lost ? present : valid;
}

/** Everything but what is the same already. */
async function prepared<F, P extends Standing>(
  files: readonly F[],
  prepare: (file: F) => Promise<P | undefined>,
): Promise<P[]> {
  const rows = await Promise.all(files.map(prepare));
  return rows.filter((row) => row !== undefined).filter(({ fate }) => fate !== 'same');
}

/** The rows that were added and those that were changed. */
function byFate<R extends Standing & { readonly id: string }>(rows: readonly R[]) {
  return (['added', 'changed'] as const).map((fate) => {
    const of = rows.filter((row) => (row.fate === 'added') === (fate === 'added'));
    return { fate, of, ids: of.map(({ id }) => id) };
  });
}

function announceVisits(
  store: RecordStore,
  rows: readonly (Standing & { readonly id: string; readonly saved?: VisitSummary })[],
): void {
  for (const { fate, ids, of } of byFate(rows)) {
    const saved = of.map((row) => row.saved).filter((each) => each !== undefined);
    store.changes.announce({ kind: fate, of: 'visit', ids, saved });
  }
}
