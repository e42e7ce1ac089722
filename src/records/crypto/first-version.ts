/**
 * What the first version of the record left behind: visits of one picture, sealed with the device's key
 * itself. They are brought into the present form one by one, each whole or not at all; what is broken stays
 * where it is.
 */
import { FormatBroken, floats, split } from './codec';
import type { VisitRow, FirstExaminationRow, PictureRow, Sealed } from '../store/database';
import * as v from 'valibot';
import { FirstBodyHeader, FirstSummaryHeader } from '../store/schema';
import { sealBlob, sealContent, sealPicture } from './sealed';
import { unseal } from './vault';

/** A visit of the first version as the rows of the present one. */
export interface Converted {
  readonly row: VisitRow;
  readonly picture: PictureRow;
  readonly image: Sealed;
  readonly thumbnail: Sealed;
}

const FirstPictureHeader = v.object({ type: v.string() });

/**
 * @param from the device's key
 * @param to the data key
 * @throws SealBroken, FormatBroken
 */
export async function convert(
  from: CryptoKey,
  to: CryptoKey,
  first: FirstExaminationRow,
  sealedPicture: Sealed | undefined,
): Promise<Converted> {
  const { id, createdAt } = first;
  if (!sealedPicture) throw new FormatBroken('no picture');
  const open = (field: string, sealed: Sealed) => unseal(from, { version: 1, id, createdAt, field }, sealed);
  const [summaryBytes, bodyBytes, noteBytes, pictureBytes] = await Promise.all([
    open('summary', first.summary),
    open('body', first.body),
    open('note', first.note),
    open('picture', sealedPicture),
  ]);
  const [{ thumbnailType, ...summary }, thumbnail] = split(FirstSummaryHeader, summaryBytes);
  const [{ reading, size, frame }, embedding] = split(FirstBodyHeader, bodyBytes);
  const [{ type }, image] = split(FirstPictureHeader, pictureBytes);
  const note = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(noteBytes);

  const updatedAt = createdAt.getTime();
  const content = {
    updatedAt,
    note,
    diagnosis: null,
    histology: null,
    checklist: null,
    triage: null,
    opinions: [],
    summary,
    pictures: [id],
  };
  const record = {
    // The only picture, so that its id may be the visit's.
    id,
    source: summary.source,
    size,
    frame,
    reading: { ...reading, embedding: floats(embedding) },
  };
  const key = { id, createdAt };
  const [sealed, picture, sealedImage, sealedThumbnail] = await Promise.all([
    sealContent(to, key, content),
    sealPicture(to, id, record),
    sealBlob(to, 'image', id, new Blob([image], { type })),
    sealBlob(to, 'thumbnail', id, new Blob([thumbnail], { type: thumbnailType })),
  ]);
  return {
    row: { ...key, revision: 1, patient: undefined, lesion: undefined, content: sealed },
    picture,
    image: sealedImage,
    thumbnail: sealedThumbnail,
  };
}
