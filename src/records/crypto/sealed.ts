/** Rows as ciphertexts and back: codec.ts and vault.ts put together, field by field. */
import {
  decodeBlob,
  decodeVisit,
  decodeLesion,
  decodePatient,
  decodePicture,
  encodeBlob,
  encodeVisit,
  encodeLesion,
  encodePatient,
  encodePicture,
  FormatBroken,
  type Stamp,
} from './codec';
import type { VisitRow, LesionRow, PatientRow, PictureRow, Sealed } from '../store/database';
import type { IsoDay } from '../../domain/calendar/calendar';
import {
  diagnosisCode,
  type VisitKey,
  type VisitRecord,
  type VisitSummary,
  type PictureRecord,
} from '../../domain/visit/visit';
import type { Lesion, LesionFields } from '../../domain/lesion';
import type { Patient, PatientFields } from '../../domain/patient';
import { waitsForAnswers } from '../../domain/advice';
import { noAnswers } from '../../domain/warning-signs';
import type { VisitContent } from '../store/schema';
import { seal, SealBroken, unseal, type SealContext } from './vault';

type Field = 'patient' | 'lesion' | 'examination' | 'thumbnail' | 'picture' | 'image';

function contextOf(field: Field, id: string, createdAt?: Date): SealContext {
  return { version: 2, field, id, createdAt };
}

export function sealPatient(key: CryptoKey, id: string, fields: PatientFields & Stamp): Promise<Sealed> {
  return seal(key, contextOf('patient', id), encodePatient(fields));
}

/** This and all that open: @throws SealBroken, FormatBroken */
export async function openPatient(key: CryptoKey, { id, revision, content }: PatientRow): Promise<Patient> {
  const fields = decodePatient(await unseal(key, contextOf('patient', id), content));
  return { ...fields, id, revision, damaged: false };
}

export function sealLesion(key: CryptoKey, id: string, fields: LesionFields & Stamp): Promise<Sealed> {
  return seal(key, contextOf('lesion', id), encodeLesion(fields));
}

export async function openLesion(
  key: CryptoKey,
  { id, revision, patient, content }: LesionRow,
): Promise<Lesion> {
  const fields = decodeLesion(await unseal(key, contextOf('lesion', id), content));
  return { ...fields, id, revision, patient, damaged: false };
}

export function sealContent(
  key: CryptoKey,
  { id, createdAt }: Pick<VisitKey, 'id' | 'createdAt'>,
  content: VisitContent,
): Promise<Sealed> {
  return seal(key, contextOf('examination', id, createdAt), encodeVisit(content));
}

export async function openContent(key: CryptoKey, row: VisitRow): Promise<VisitContent> {
  return decodeVisit(await unseal(key, contextOf('examination', row.id, row.createdAt), row.content));
}

export async function openSummary(key: CryptoKey, row: VisitRow): Promise<VisitSummary> {
  return summaryOf(row, await openContent(key, row));
}

/** What lists show of a visit. */
export function summaryOf(row: Omit<VisitRow, 'content'>, content: VisitContent): VisitSummary {
  const { updatedAt, note, diagnosis, histology, triage, impression, summary, pictures, arrival } = content;
  const asks = summary.words?.asks ?? summary.words === undefined;
  const { id, createdAt, day, revision, patient, lesion } = row;
  return {
    id,
    createdAt,
    day,
    revision,
    patient,
    lesion,
    damaged: false,
    updatedAt,
    ...summary,
    triage: triage?.step,
    waits: asks && triage !== null && waitsForAnswers(triage, content.checklist ?? noAnswers),
    hasNote: note.length > 0,
    diagnosis: diagnosisCode(diagnosis),
    histology: diagnosisCode(histology),
    impression: impression ?? undefined,
    pictures: pictures.length,
    arrival: arrival && { ...arrival, authors: authorsOf(content, arrival.opinions) },
  };
}

/** Each once, in the order of their opinions. */
function authorsOf({ opinions }: VisitContent, ids: readonly string[]): string[] {
  return [...new Set(opinions.filter(({ id }) => ids.includes(id)).map(({ author }) => author))];
}

/** A visit with its pictures' predictions. */
export async function openRecord(
  key: CryptoKey,
  row: VisitRow,
  rows: readonly PictureRow[],
): Promise<VisitRecord> {
  const content = await openContent(key, row);
  const { updatedAt, lineage, joined, removals, opinions } = content;
  const { note, diagnosis, histology, checklist, triage, impression } = content;
  const { id, createdAt, day, revision, patient, lesion } = row;
  const pictures = await Promise.all(
    content.pictures.map((picture) => {
      const found = rows.find((each) => each.id === picture);
      if (!found) throw new FormatBroken('no picture');
      return openPicture(key, found, day);
    }),
  );
  const [first, ...others] = pictures;
  if (!first) throw new FormatBroken('no picture');
  return {
    id,
    createdAt,
    day,
    revision,
    patient,
    lesion,
    damaged: false,
    updatedAt,
    lineage,
    joined,
    removals,
    note,
    diagnosis,
    histology,
    checklist,
    triage,
    impression,
    opinions,
    pictures: [first, ...others],
  };
}

export async function sealPicture(
  key: CryptoKey,
  visit: string,
  { id, ...picture }: PictureRecord,
): Promise<PictureRow> {
  return {
    id,
    examination: visit,
    content: await seal(key, contextOf('picture', id), encodePicture(picture)),
  };
}

/** @param day of its visit */
export async function openPicture(
  key: CryptoKey,
  { id, content }: PictureRow,
  day: IsoDay,
): Promise<PictureRecord> {
  return { id, ...decodePicture(await unseal(key, contextOf('picture', id), content), day) };
}

export async function sealBlob(
  key: CryptoKey,
  field: 'thumbnail' | 'image',
  id: string,
  blob: Blob,
): Promise<Sealed> {
  return seal(key, contextOf(field, id), await encodeBlob(blob));
}

/** @throws also when it is missing */
export async function openBlob(
  key: CryptoKey,
  field: 'thumbnail' | 'image',
  id: string,
  sealed: Sealed | undefined,
): Promise<Blob> {
  if (!sealed) throw new FormatBroken(`no ${field}`);
  return decodeBlob(await unseal(key, contextOf(field, id), sealed));
}

/** One broken row must not keep the others from being shown: `damaged` in its place. */
export async function whole<T, D>(opening: Promise<T>, damaged: D): Promise<T | D> {
  try {
    return await opening;
  } catch (error) {
    if (error instanceof SealBroken || error instanceof FormatBroken) return damaged;
    throw error;
  }
}
