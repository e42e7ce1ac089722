/**
 * What an examination looks like as bytes, before encryption: the length of a JSON header
 * (uint32, little endian), the header (UTF-8), then one run of binary data.
 * Headers are checked on the way in and on the way out; unknown fields are dropped.
 */
import * as v from 'valibot';
import type { Frame, Size } from '../image/frame';
import type { Reading } from '../model/reading';
import type { ExaminationSummary, NewExamination } from './examination';

type Bytes = Uint8Array<ArrayBuffer>;

/** 0..1; a sum of float probabilities may miss 1 by a rounding. */
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1 + 1e-6));
const finite = v.pipe(v.number(), v.finite());
const milliseconds = v.pipe(finite, v.minValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const pixels = natural;
const mediaType = v.string();

const SummaryHeader = v.object({
  source: v.picklist(['file', 'camera', 'shared', 'sample']),
  top: v.string(),
  probability: share,
  accepted: v.boolean(),
  flagged: v.boolean(),
  thumbnailType: mediaType,
});

/** A reading without its embedding, which follows as binary. */
const ReadingHeader = v.object({
  pack: v.object({ id: v.string(), version: v.string() }),
  backend: v.picklist(['wasm', 'webgl']),
  probabilities: v.array(v.object({ code: v.string(), probability: share })),
  logits: v.array(finite),
  top: v.string(),
  set: v.array(v.string()),
  gate: v.object({ dermatoscope: share, phone: share, none: share }),
  accepted: v.boolean(),
  operatingPoints: v.array(
    v.object({ id: v.string(), probability: share, threshold: share, flagged: v.boolean() }),
  ),
  quality: v.array(v.picklist(['low-resolution', 'blurred', 'too-dark', 'too-bright'])),
  times: v.object({
    decode: milliseconds,
    resample: milliseconds,
    inference: milliseconds,
    total: milliseconds,
  }),
  /** Of careful readings only. */
  views: v.exactOptional(
    v.object({
      count: natural,
      agree: natural,
      range: v.array(v.object({ code: v.string(), low: share, high: share })),
    }),
  ),
});

const BodyHeader = v.object({
  reading: ReadingHeader,
  size: v.object({ width: pixels, height: pixels }),
  frame: v.object({ x: pixels, y: pixels, side: pixels }),
});

const PictureHeader = v.object({ type: mediaType });

export type Summary = Omit<ExaminationSummary, 'id' | 'createdAt' | 'damaged' | 'hasNote'>;

export interface Body {
  readonly reading: Reading;
  readonly size: Size;
  readonly frame: Frame;
}

/** Bytes that are not in this format. */
export class FormatBroken extends Error {
  override readonly name = 'FormatBroken';
}

/** What the list will show of an examination. */
export function summarise({ source, reading, thumbnail }: NewExamination): Summary {
  const { top, accepted } = reading;
  return {
    source,
    top,
    probability: reading.probabilities.find(({ code }) => code === top)?.probability ?? 0,
    accepted,
    flagged: reading.operatingPoints.some(({ id, flagged }) => id === 'screening' && flagged),
    thumbnail,
  };
}

export async function encodeSummary(summary: Summary): Promise<Bytes> {
  const { thumbnail, ...header } = summary;
  return join(SummaryHeader, { ...header, thumbnailType: thumbnail.type }, await bytesOf(thumbnail));
}

export function decodeSummary(bytes: Bytes): Summary {
  const [{ thumbnailType, ...header }, thumbnail] = split(SummaryHeader, bytes);
  return { ...header, thumbnail: new Blob([thumbnail], { type: thumbnailType }) };
}

export function encodeBody({ reading, size, frame }: Body): Bytes {
  // A copy, because the embedding may be a view on a larger or a shared buffer.
  const { embedding, ...header } = reading;
  return join(
    BodyHeader,
    { reading: header, size, frame },
    new Uint8Array(Float32Array.from(embedding).buffer),
  );
}

export function decodeBody(bytes: Bytes): Body {
  const [{ reading, size, frame }, embedding] = split(BodyHeader, bytes);
  if (embedding.byteLength % Float32Array.BYTES_PER_ELEMENT) throw new FormatBroken('embedding');
  return { reading: { ...reading, embedding: new Float32Array(embedding.buffer) }, size, frame };
}

export async function encodePicture(picture: Blob): Promise<Bytes> {
  return join(PictureHeader, { type: picture.type }, await bytesOf(picture));
}

export function decodePicture(bytes: Bytes): Blob {
  const [{ type }, picture] = split(PictureHeader, bytes);
  return new Blob([picture], { type });
}

/** The note is a field of its own, so that saving it touches nothing else. A lone surrogate becomes U+FFFD. */
export function encodeNote(note: string): Bytes {
  return new TextEncoder().encode(note);
}

export function decodeNote(bytes: Bytes): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

async function bytesOf(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer());
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
  try {
    const end = 4 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    if (end > bytes.length) throw new RangeError('header longer than the data');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, end));
    return [v.parse(schema, JSON.parse(text)), bytes.slice(end)];
  } catch (error) {
    throw new FormatBroken('header', { cause: error });
  }
}
