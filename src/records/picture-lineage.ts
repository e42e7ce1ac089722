/**
 * Which version of what is known of a picture follows which (domain/lineage). A picture has its own lineage, which goes
 * with it from visit to visit. What was read and measured changes together, because all of it goes with the crop.
 */
import { toBase64, fromBase64 } from '../base64';
import * as v from 'valibot';
import type { Crop, Size } from '../domain/crop';
import { pictureFields, type PictureField } from '../domain/lineage/fields';
import { advanced, edited, joinedRows, otherVersions, type Traced } from '../domain/lineage/lineage';
import { same } from '../domain/three-way';
import type { PictureRecord } from '../domain/visit/visit';
import { floats } from './crypto/codec';
import { PictureFields } from './store/schema';

const { reading, size, frame, outline, measures } = PictureFields.entries;

/** What was read and measured of a picture as its lineage keeps it: plain values, the embedding as base64. */
export const ReadVersion = v.object({ reading, size, frame, outline, measures, embedding: v.string() });

export type ReadVersion = v.InferOutput<typeof ReadVersion>;

/** What is known of a picture by the fields of its lineage. */
export type TracedPicture = Traced &
  Pick<PictureRecord, 'kind' | 'capturedOn'> & { readonly reading: ReadVersion };

/** A picture as its lineage sees it. What was never changed has no lineage, and is the same everywhere. */
export function tracedPicture(picture: PictureRecord): TracedPicture {
  const { kind, capturedOn, lineage, size, frame, outline, measures } = picture;
  const { embedding, ...reading } = picture.reading;
  const bytes = new Uint8Array(Float32Array.from(embedding).buffer);
  const version = { reading, size, frame, outline, measures, embedding: toBase64(bytes) };
  // As it is after it was stored, so that versions can be compared.
  const plain = JSON.parse(JSON.stringify(version)) as unknown;
  return { updatedAt: 0, lineage, kind, capturedOn, reading: v.parse(ReadVersion, plain) };
}

/**
 * A picture after this device has changed whatever differs from `before`.
 * @param now milliseconds of the epoch
 * @param settled fields of which this version is to be the only one
 */
export function changedPicture(
  device: string,
  before: PictureRecord,
  after: PictureRecord,
  now: number,
  settled: readonly PictureField[] = [],
): PictureRecord {
  const next = { ...tracedPicture(after), updatedAt: now };
  const lineage = edited(tracedPicture(before), next, device, pictureFields);
  return { ...after, lineage: advanced(lineage, device, now, settled) };
}

/**
 * Two versions of one picture put together; the image stays the one that is here.
 * @returns `here` itself where nothing changes
 */
export function joinedPicture(here: PictureRecord, there: PictureRecord): PictureRecord {
  if (!here.lineage && !there.lineage && same(tracedPicture(here), tracedPicture(there))) return here;
  const { values, lineage } = joinedRows(tracedPicture(here), tracedPicture(there), pictureFields);
  const { kind, capturedOn, reading } = values as unknown as TracedPicture;
  const joined = { ...withRead({ ...here, kind, capturedOn }, reading), lineage };
  return same(lineage, here.lineage) && same(tracedPicture(joined), tracedPicture(here)) ? here : joined;
}

/** Versions of a field of a picture that say something else than the one that leads, each once. */
export function otherPictureVersions(picture: TracedPicture, field: PictureField): unknown[] {
  return otherVersions(picture, field, field === 'reading' ? sayTheSame : same);
}

/** Whether there are versions of a picture of which nobody has chosen one. */
export function pictureInDoubt(picture: PictureRecord): boolean {
  const fields = pictureFields.filter((field) => (picture.lineage?.fields[field]?.length ?? 0) > 1);
  if (fields.length === 0) return false;
  const traced = tracedPicture(picture);
  return fields.some((field) => otherPictureVersions(traced, field).length > 0);
}

/** How far two devices may be apart that read one picture by one model: as two engines may be. */
const noise = 0.02;

/** Whether two versions are one answer to one crop, apart from what two devices compute differently. */
function sayTheSame(a: unknown, b: unknown): boolean {
  const [one, other] = [v.parse(ReadVersion, a), v.parse(ReadVersion, b)];
  const [left, right] = [answerOf(one), answerOf(other)];
  const near = (of: string): boolean =>
    Math.abs((left.probabilities[of] ?? 0) - (right.probabilities[of] ?? 0)) <= noise;
  const codes = Object.keys({ ...left.probabilities, ...right.probabilities });
  return same(left.exactly, right.exactly) && codes.every(near);
}

/** What must agree exactly: crop, model, what advice goes by, and what a person drew or said. */
function answerOf({ reading, size, frame, outline, measures }: ReadVersion) {
  const { pack, head, mode, accepted, top, operatingPoints } = reading;
  const flagged = operatingPoints.map((point) => [point.id, point.flagged]);
  const byHand = {
    mask: outline?.method === 'automatic' ? undefined : outline?.mask,
    scale: outline?.sideMillimetres,
    structures: measures?.structures,
  };
  return {
    exactly: { size, frame, pack, head, mode, accepted, top, flagged, byHand },
    probabilities: Object.fromEntries(reading.probabilities.map((of) => [of.code, of.probability])),
  };
}

/**
 * A picture with another version of what was read and measured.
 * @param version as its lineage keeps it @throws ValiError
 */
export function withRead(picture: PictureRecord, version: unknown): PictureRecord {
  const { outline, measures, ...read } = v.parse(ReadVersion, version);
  const { id, lineage, source, kind, capturedOn, size } = picture;
  return {
    ...{ id, ...(lineage && { lineage }), source, kind, capturedOn, size },
    frame: scaled(read.frame, read.size, size),
    reading: { ...read.reading, embedding: floats(fromBase64(read.embedding)) },
    ...(outline && { outline }),
    ...(measures && { measures }),
  };
}

/** A crop of an image in the same image of another size, inside of it. */
function scaled({ x, y, side }: Crop, from: Size, to: Size): Crop {
  if (same(from, to)) return { x, y, side };
  const factor = to.width / from.width;
  const length = Math.max(1, Math.min(Math.round(side * factor), to.width, to.height));
  const inside = (at: number, room: number) => Math.max(0, Math.min(Math.round(at * factor), room - length));
  return { x: inside(x, to.width), y: inside(y, to.height), side: length };
}
