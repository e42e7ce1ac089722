/**
 * The content of a backup: a zip of JSON and pictures, encrypted as one age file.
 *
 *     lentigo-backup.json                      header: form, version, time; of a case, who sends it
 *     patients/<id>.json
 *     lesions/<id>.json
 *     examinations/<id>/examination.json       a visit, followed at once by its own
 *     examinations/<id>/thumbnail.jpg
 *     examinations/<id>/<picture id>.jpg       in the order of the visit's pictures
 *     opinions/<visit id>.json           opinions alone, as they are sent back
 *     lentigo-signature.json             of a whole backup: its signature, over all that stands before it
 *
 * The order is part of the form: a reader needs to hold no more than one visit at a time.
 */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../../../base64';
import { isMoment, isoDay, type IsoDay } from '../../../domain/calendar/calendar';
import { floats } from '../../crypto/codec';
import { RecordKeySchema } from '../record-key';
import {
  isInside,
  IsoDaySchema,
  VisitHeader,
  LesionHeader,
  PatientHeader,
  PictureFields,
} from '../../store/schema';
import { Opinions, PublicKey, SignatureText } from '../../store/opinion-schema';

export const headerName = 'lentigo-backup.json';
export const signatureName = 'lentigo-signature.json';
const formName = 'lentigo-backup';
/**
 * Raised when a present reader could misunderstand the file.
 * 2: cases, which change nothing that is there, and opinions.
 * 3: lineages, and the signature of a whole backup.
 */
export const formVersion = 3;

const id = v.pipe(v.string(), v.uuid());
const time = v.pipe(v.string(), v.isoTimestamp(), v.check(isMoment));
/** What every version of the format has, past and future. */
export const AnyHeader = v.object({
  format: v.literal(formName),
  version: v.pipe(v.number(), v.safeInteger()),
});

const text = v.pipe(v.string(), v.maxLength(200));

const CaseHeader = v.object({
  pseudonymised: v.boolean(),
  /** Whom an answer can be sent to, as the sender says; nothing proves it. */
  from: v.nullable(v.object({ name: text, address: text, signer: v.optional(PublicKey) })),
});

export const Header = v.object({
  ...AnyHeader.entries,
  createdAt: time,
  /** Where the file is no backup, but a case or opinions on one, for or from a colleague. */
  case: v.exactOptional(CaseHeader),
  /** The key of the record that a whole backup is signed with. */
  record: v.exactOptional(RecordKeySchema),
});

export const SignatureFile = v.object({
  signature: v.pipe(v.string(), v.base64(), v.maxLength(44)),
  /** By the device that made it; absent in what earlier versions wrote. */
  device: v.exactOptional(v.object({ key: PublicKey, signature: SignatureText })),
});

/** What a device signs of a backup is told apart by this from what else it signs. */
export const signedAs = 'backup';

export const PatientFile = v.object({ id, ...PatientHeader.entries });

export const LesionFile = v.object({ id, patient: v.nullable(id), ...LesionHeader.entries });

const fileTypes = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;
const type = v.picklist(['image/jpeg', 'image/png', 'image/webp']);

const PictureEntries = v.object({
  id,
  type,
  ...PictureFields.entries,
  /** float32, little endian, as base64. */
  embedding: v.pipe(v.string(), v.base64(), v.maxLength(1 << 17), v.transform(embeddingOf)),
});

const PictureFile = v.pipe(
  PictureEntries,
  v.check((picture) => isInside(picture), 'the crop lies outside of the picture'),
);

/** What arrived and was not looked at is a matter of this device. */
const remarks = v.omit(VisitHeader, ['summary', 'pictures', 'arrival']).entries;

export const VisitFile = v.object({
  id,
  createdAt: time,
  /** Absent in older files; see `dayOf`. */
  day: v.exactOptional(IsoDaySchema),
  patient: v.nullable(id),
  lesion: v.nullable(id),
  ...remarks,
  thumbnailType: type,
  pictures: v.pipe(v.array(PictureFile), v.minLength(1), v.maxLength(200)),
});

/** What tells versions of a visit and the devices that wrote them apart: for another record it means nothing. */
export const untracedVisit = { lineage: undefined, joined: undefined, removals: undefined } as const;

/** The day that a visit is about. */
export function dayOf({ day, createdAt }: Pick<VisitFile, 'day' | 'createdAt'>): IsoDay {
  return day ?? isoDay(new Date(createdAt));
}

export const OpinionsFile = v.object({ examination: id, opinions: Opinions });

export type OpinionsFile = v.InferOutput<typeof OpinionsFile>;
export type CaseHeader = v.InferOutput<typeof CaseHeader>;
export type Header = v.InferOutput<typeof Header>;
export type PatientFile = v.InferOutput<typeof PatientFile>;
export type LesionFile = v.InferOutput<typeof LesionFile>;
export type VisitFile = v.InferOutput<typeof VisitFile>;
export type PictureFile = VisitFile['pictures'][number];
type ImageType = v.InferOutput<typeof type>;

export const newHeader = (now: Date, more: Pick<Header, 'case' | 'record'> = {}): Header => ({
  format: formName,
  version: formVersion,
  createdAt: now.toISOString(),
  ...more,
});

export const fileName = {
  patient: (patient: string) => `patients/${patient}.json`,
  lesion: (lesion: string) => `lesions/${lesion}.json`,
  visit: (visit: string) => `examinations/${visit}/examination.json`,
  opinions: (visit: string) => `opinions/${visit}.json`,
  thumbnail: (visit: string, of: ImageType) => `examinations/${visit}/thumbnail.${fileTypes[of]}`,
  picture: (visit: string, picture: string, of: ImageType) =>
    `examinations/${visit}/${picture}.${fileTypes[of]}`,
};

export function imageType(blob: Blob): ImageType {
  return v.parse(type, blob.type);
}

/** float32 values as text in a file. */
export function embeddingText(embedding: Float32Array): string {
  return toBase64(new Uint8Array(Float32Array.from(embedding).buffer));
}

function embeddingOf(text: string): Float32Array {
  return floats(fromBase64(text));
}
