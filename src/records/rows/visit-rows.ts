/** The rows that make up a visit: how they are read together, and what may be written to them. */
import type { IsoDay } from '../../domain/calendar/calendar';
import { FormatBroken, withDefaults } from '../crypto/codec';
import type { VisitRow, PictureRow, RecordDatabase, Sealed, Writing } from '../store/database';
import type {
  Assignment,
  DamagedVisit,
  Visit,
  NewPicture,
  Picture,
  PictureRecord,
  PicturedSummary,
  VisitSummary,
} from '../../domain/visit/visit';
import { touchedBy, visitFields } from '../../domain/lineage/fields';
import type { VisitContent } from '../store/schema';
import type { Opened } from './record-store';
import {
  openBlob,
  openContent,
  openRecord,
  openSummary,
  sealContent,
  summaryOf,
  whole,
} from '../crypto/sealed';

/** What a list shows of a visit. */
export interface ListedRows {
  readonly row: VisitRow;
  readonly thumbnail: Sealed | undefined;
}

/** Everything that there is of a visit. */
export interface WholeRows extends ListedRows {
  readonly pictures: readonly PictureRow[];
  /** In the order of `pictures`. */
  readonly images: readonly (Sealed | undefined)[];
}

export async function readWhole(database: RecordDatabase, row: VisitRow): Promise<WholeRows> {
  const transaction = database.transaction(['pictures', 'images', 'thumbnails']);
  const pictures = await transaction.objectStore('pictures').index('examination').getAll(row.id);
  const [thumbnail, ...images] = await Promise.all([
    transaction.objectStore('thumbnails').get(row.id),
    ...pictures.map(({ id }) => transaction.objectStore('images').get(id)),
  ]);
  return { row, pictures, images, thumbnail };
}

/** This and the next: @throws SealBroken, FormatBroken */
export async function openPictured(key: CryptoKey, { row, thumbnail }: ListedRows): Promise<PicturedSummary> {
  const [summary, blob] = await Promise.all([
    openSummary(key, row),
    openBlob(key, 'thumbnail', row.id, thumbnail),
  ]);
  return { ...summary, thumbnail: blob };
}

export async function openWhole(
  key: CryptoKey,
  { row, pictures: rows, images, thumbnail: sealed }: WholeRows,
): Promise<Visit> {
  const [{ pictures: records, ...record }, thumbnail] = await Promise.all([
    openRecord(key, row, rows),
    openBlob(key, 'thumbnail', row.id, sealed),
  ]);
  const pictures = await Promise.all(
    records.map(async (picture): Promise<Picture> => {
      const at = rows.findIndex(({ id }) => id === picture.id);
      return { ...picture, image: await openBlob(key, 'image', picture.id, images[at]) };
    }),
  );
  const [first, ...others] = pictures;
  if (!first) throw new FormatBroken('no picture');
  return { ...record, pictures: [first, ...others], thumbnail };
}

export function damaged({ id, createdAt, day, patient, lesion }: VisitRow): DamagedVisit {
  return { id, createdAt, day, patient, lesion, damaged: true };
}

/**
 * What is kept of a new picture beside the picture itself.
 * @param day of its visit
 */
export function recordOf(
  id: string,
  picture: Omit<NewPicture, 'picture'> & Pick<PictureRecord, 'lineage'>,
  day: IsoDay,
): PictureRecord {
  const { source, kind, capturedOn, reading, size, frame, outline, measures, lineage } = withDefaults(
    picture,
    day,
  );
  const measurement = { ...(outline && { outline }), ...(measures && { measures }) };
  return { id, ...(lineage && { lineage }), source, kind, capturedOn, reading, size, frame, ...measurement };
}

/** Puts a row whose revision is one more than the stored one; false when that is not so any more. */
export async function replaceRow(writing: Writing, row: VisitRow): Promise<boolean> {
  const store = writing.objectStore('examinations');
  const present = await store.get([row.createdAt, row.id]);
  if (present?.revision !== row.revision - 1) return false;
  await store.put(row);
  return true;
}

/** `to` with what has been deleted left out; a lesion brings its own patient. */
export async function validAssignment(writing: Writing, to: Partial<Assignment>): Promise<Assignment> {
  const lesion = to.lesion === undefined ? undefined : await writing.objectStore('lesions').get(to.lesion);
  if (lesion) return { patient: lesion.patient, lesion: lesion.id };
  const patient =
    to.patient === undefined ? undefined : await writing.objectStore('patients').get(to.patient);
  return { patient: patient?.id, lesion: undefined };
}

/** A row as it is to be written; in the clear where it is not damaged. */
export interface PreparedVisit {
  readonly row: VisitRow;
  readonly saved: VisitSummary | undefined;
}

/** The next revision of a visit, with this content. */
export async function rewritten(
  key: CryptoKey,
  row: Omit<VisitRow, 'content'>,
  content: VisitContent,
): Promise<PreparedVisit & { readonly saved: VisitSummary }> {
  const next = { ...row, revision: row.revision + 1 };
  return { row: { ...next, content: await sealContent(key, row, content) }, saved: summaryOf(next, content) };
}

/** The row after a change that lies outside its content, so that whoever compares versions sees that it is later. */
export async function touched(
  { key, keyId }: Opened,
  row: VisitRow,
  updatedAt: number,
  what: 'owner' | 'measures',
): Promise<PreparedVisit> {
  const content = await whole(openContent(key, row), undefined);
  // What is damaged stays as it is.
  if (!content) return { row: { ...row, revision: row.revision + 1 }, saved: undefined };
  const lineage = touchedBy(keyId, content, updatedAt, visitFields, [what]);
  return rewritten(key, row, { ...content, updatedAt, lineage });
}
