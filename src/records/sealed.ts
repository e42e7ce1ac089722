/** An examination as ciphertexts and back: codec.ts and vault.ts put together, field by field. */
import {
  decodeBody,
  decodeNote,
  decodePicture,
  decodeSummary,
  encodeBody,
  encodeNote,
  encodePicture,
  encodeSummary,
  FormatBroken,
  summarise,
} from './codec';
import type { ExaminationRow, Sealed } from './database';
import type { Examination, ExaminationKey, ExaminationSummary, NewExamination } from './examination';
import { seal, unseal } from './vault';

export interface SealedExamination {
  readonly row: ExaminationRow;
  readonly picture: Sealed;
}

export async function sealExamination(
  key: CryptoKey,
  { id, createdAt }: ExaminationKey,
  examination: NewExamination,
): Promise<SealedExamination> {
  const place = { id, createdAt };
  const [summary, body, note, picture] = await Promise.all([
    encodeSummary(summarise(examination)).then((bytes) => seal(key, { ...place, field: 'summary' }, bytes)),
    seal(key, { ...place, field: 'body' }, encodeBody(examination)),
    sealNote(key, place, ''),
    encodePicture(examination.picture).then((bytes) => seal(key, { ...place, field: 'picture' }, bytes)),
  ]);
  return { row: { ...place, summary, body, note }, picture };
}

export function sealNote(key: CryptoKey, { id, createdAt }: ExaminationKey, note: string): Promise<Sealed> {
  return seal(key, { id, createdAt, field: 'note' }, encodeNote(note));
}

/** @throws SealBroken, FormatBroken */
export async function openSummary(key: CryptoKey, row: ExaminationRow): Promise<ExaminationSummary> {
  const { id, createdAt } = row;
  const [summary, note] = await Promise.all([
    unseal(key, { id, createdAt, field: 'summary' }, row.summary),
    unseal(key, { id, createdAt, field: 'note' }, row.note),
  ]);
  return { id, createdAt, damaged: false, hasNote: note.length > 0, ...decodeSummary(summary) };
}

/** @throws SealBroken, FormatBroken (also for a picture that is missing) */
export async function openExamination(
  key: CryptoKey,
  row: ExaminationRow,
  sealedPicture: Sealed | undefined,
): Promise<Examination> {
  const { id, createdAt } = row;
  if (!sealedPicture) throw new FormatBroken('no picture');
  const [summary, body, note, picture] = await Promise.all([
    openSummary(key, row),
    unseal(key, { id, createdAt, field: 'body' }, row.body),
    unseal(key, { id, createdAt, field: 'note' }, row.note),
    unseal(key, { id, createdAt, field: 'picture' }, sealedPicture),
  ]);
  return { ...summary, ...decodeBody(body), note: decodeNote(note), picture: decodePicture(picture) };
}
