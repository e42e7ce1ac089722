/**
 * What a row's content looks like as bytes, before encryption: the length of a JSON header
 * (uint32, little endian), the header (UTF-8), then one run of binary data.
 * Headers are checked on the way in and on the way out; unknown fields are dropped.
 */
import * as v from 'valibot';
import type { IsoDay } from '../../domain/calendar/calendar';
import { predictedBy } from '../../domain/leading';
import { proposedKind } from '../../domain/picture-kind';
import type { NewVisit, NewPicture, PictureRecord } from '../../domain/visit/visit';
import type { Traced } from '../../domain/lineage/lineage';
import type { LesionFields } from '../../domain/lesion';
import type { PatientFields } from '../../domain/patient';
import {
  VisitHeader,
  LesionHeader,
  PatientHeader,
  PictureHeader,
  type VisitContent,
  type PictureSummary,
} from '../store/schema';

export type Bytes = Uint8Array<ArrayBuffer>;

/** When a row was changed last, and where its fields come from. */
export type Stamp = Traced;

/** Bytes that are not in this format. */
export class FormatBroken extends Error {
  override readonly name = 'FormatBroken';
}

/** What lists show of a picture. */
export function summarise({ source, reading }: Pick<NewPicture, 'source' | 'reading'>): PictureSummary {
  return { source, ...predictedBy(reading) };
}

/** The content of a new visit whose first picture is `picture`. */
export function newContent(picture: string, updatedAt: number, visit: NewVisit): VisitContent {
  const { note = '', diagnosis = null, histology = null } = visit;
  const { checklist = null, triage = null, impression = null } = visit;
  const remarks = { note, diagnosis, histology, checklist, triage, impression };
  const nothing = { opinions: [], arrival: null };
  return { updatedAt, ...remarks, ...nothing, summary: summarise(visit), pictures: [picture] };
}

const empty = new Uint8Array();

/** A copy of the fields as they are stored: a form may go on changing the objects that it passed. */
export function storedPatient(fields: PatientFields & Stamp): PatientFields & Stamp {
  return v.parse(PatientHeader, fields);
}

/** As `storedPatient`. */
export function storedLesion(fields: LesionFields & Stamp): LesionFields & Stamp {
  return v.parse(LesionHeader, fields);
}

export function encodePatient(fields: PatientFields & Stamp): Bytes {
  return join(PatientHeader, fields, empty);
}

export function decodePatient(bytes: Bytes): PatientFields & Stamp {
  return split(PatientHeader, bytes)[0];
}

export function encodeLesion(fields: LesionFields & Stamp): Bytes {
  return join(LesionHeader, fields, empty);
}

export function decodeLesion(bytes: Bytes): LesionFields & Stamp {
  return split(LesionHeader, bytes)[0];
}

export function encodeVisit(content: VisitContent): Bytes {
  return join(VisitHeader, content, empty);
}

export function decodeVisit(bytes: Bytes): VisitContent {
  return split(VisitHeader, bytes)[0];
}

export function encodePicture(picture: Omit<PictureRecord, 'id'>): Bytes {
  // A copy, because the embedding may be a view on a larger or a shared buffer.
  const { embedding, ...reading } = picture.reading;
  return join(PictureHeader, { ...picture, reading }, new Uint8Array(Float32Array.from(embedding).buffer));
}

/** @param day of its visit */
export function decodePicture(bytes: Bytes, day: IsoDay): Omit<PictureRecord, 'id'> {
  const [{ reading, ...picture }, embedding] = split(PictureHeader, bytes);
  return withDefaults({ ...picture, reading: { ...reading, embedding: floats(embedding) } }, day);
}

/** A picture with defaults for what it lacks: the proposed kind, and the day of its visit. */
export function withDefaults<P extends Pick<NewPicture, 'kind' | 'capturedOn' | 'reading'>>(
  picture: P,
  day: IsoDay,
): P & Pick<PictureRecord, 'kind' | 'capturedOn'> {
  const { gate, accepted } = picture.reading;
  const { kind = proposedKind(gate, accepted), capturedOn = day } = picture;
  return { ...picture, kind, capturedOn };
}

/** A picture as a file of its own, with its type before it. */
export async function encodeBlob(blob: Blob): Promise<Bytes> {
  return join(BlobHeader, { type: blob.type }, new Uint8Array(await blob.arrayBuffer()));
}

export function decodeBlob(bytes: Bytes): Blob {
  const [{ type }, data] = split(BlobHeader, bytes);
  return new Blob([data], { type });
}

const BlobHeader = v.object({ type: v.string() });

/** @throws FormatBroken when `bytes` are no whole number of float32 */
export function floats(bytes: Bytes): Float32Array {
  if (bytes.byteLength % Float32Array.BYTES_PER_ELEMENT) throw new FormatBroken('float32');
  return new Float32Array(bytes.buffer);
}

type Frozen<T> = T extends readonly (infer U)[]
  ? readonly Frozen<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

function join<S extends v.GenericSchema>(schema: S, header: Frozen<v.InferInput<S>>, tail: Bytes): Bytes {
  const text = new TextEncoder().encode(JSON.stringify(v.parse(schema, header)));
  const bytes = new Uint8Array(4 + text.length + tail.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(tail, 4 + text.length);
  return bytes;
}

/** The header and the bytes behind it, in a buffer of their own (so that it is aligned). */
function split<S extends v.GenericSchema>(schema: S, bytes: Bytes): [v.InferOutput<S>, Bytes] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length < 4 ? Infinity : 4 + view.getUint32(0, true);
  if (end > bytes.length) throw new FormatBroken('header longer than the data');
  return [parseJson(schema, bytes.subarray(4, end)), bytes.slice(end)];
}

/** @throws FormatBroken when `bytes` are no JSON (UTF-8) of this schema */
export function parseJson<S extends v.GenericSchema>(schema: S, bytes: Uint8Array): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (error) {
    throw new FormatBroken('header', { cause: error });
  }
}
