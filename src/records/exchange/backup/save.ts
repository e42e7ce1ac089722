/** Writes the whole record, or chosen rows of it, as one encrypted file, a piece at a time. */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../../../base64';
import type { LesionRow, PatientRow } from '../../store/database';
import type { Visit } from '../../../domain/visit/visit';
import type { HealthRecord } from '../../record';
import { openLesion, openPatient, whole } from '../../crypto/sealed';
import { guarded } from '../../rows/record-store';
import { encrypted, type AgeLock } from '../age';
import {
  embeddingText,
  fileName,
  headerName,
  imageType,
  LesionFile,
  newHeader,
  signatureName,
  signedAs,
  PatientFile,
  type VisitFile,
  type Header,
} from './format';
import { recordKey } from '../record-key';
import { signed } from '../signing-key';
import { EntryChain } from './signature';
import { ZipWriter, type Bytes } from './zip';

export type Write = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;

export interface SaveOptions {
  readonly lock: AgeLock;
  readonly signal?: AbortSignal;
  /** Told how many of all visits are in the file. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What the file holds. */
export interface Saved {
  readonly patients: number;
  readonly lesions: number;
  readonly visits: number;
  /** Rows that could not be read, and are not in the file. */
  readonly damaged: number;
}

/** A visit as it is written to the file. */
export type WrittenVisit = v.InferInput<typeof VisitFile>;

/** What somebody else may see of a row. */
export interface Disguise {
  patient(file: PatientFile): PatientFile;
  lesion(file: LesionFile): LesionFile;
  visit(file: WrittenVisit): WrittenVisit;
}

/** What goes into a file. */
interface Selection {
  readonly header: Header;
  readonly patients: readonly PatientRow[];
  readonly lesions: readonly LesionRow[];
  /** Ids, in their order in the file. */
  readonly visits: readonly string[];
  readonly as?: Disguise;
}

type Tally = { -readonly [K in keyof Saved]: number };

/**
 * @param write takes the file's next bytes; no more are made before it is done
 * @throws Failure
 */
export function saveBackup(record: HealthRecord, write: Write, options: SaveOptions): Promise<Saved> {
  return guarded(async () => {
    const key = await recordKey(record.store);
    const { database } = await record.store.open();
    const visits = await database.getAllKeys('examinations');
    return save(record, write, options, {
      header: newHeader(record.store.now(), { record: key }),
      patients: await database.getAll('patients'),
      lesions: await database.getAll('lesions'),
      visits: visits.map(([, id]) => id),
    });
  });
}

/** Writes chosen rows as one file. */
export async function save(
  record: HealthRecord,
  write: Write,
  { lock, signal, onProgress }: SaveOptions,
  selection: Selection,
): Promise<Saved> {
  const tally: Tally = { patients: 0, lesions: 0, visits: 0, damaged: 0 };
  const plain = archive(record, selection, tally, signal, onProgress);
  for await (const chunk of encrypted(plain, lock, signal)) await write(chunk);
  return tally;
}

async function* archive(
  record: HealthRecord,
  { header, patients, lesions, visits, as = asItIs }: Selection,
  tally: Tally,
  signal: AbortSignal | undefined,
  onProgress: SaveOptions['onProgress'],
): AsyncGenerator<Bytes> {
  const zip = new ZipWriter(record.store.now());
  const chain = new EntryChain();
  const entry = async (name: string, data: Bytes, compress: boolean) => {
    if (header.record) await chain.add(name, data);
    return zip.entry({ name, data }, compress);
  };
  const json = (name: string, value: unknown) =>
    entry(name, new TextEncoder().encode(JSON.stringify(value)), true);
  const image = async (name: string, blob: Blob) =>
    entry(name, new Uint8Array(await blob.arrayBuffer()), false);

  yield await json(headerName, header);
  const { key } = await record.store.open();
  for (const row of patients) {
    signal?.throwIfAborted();
    const patient = await whole(openPatient(key, row), undefined);
    if (patient) yield await json(fileName.patient(row.id), as.patient(v.parse(PatientFile, patient)));
    tally[patient ? 'patients' : 'damaged'] += 1;
  }
  for (const row of lesions) {
    signal?.throwIfAborted();
    const lesion = await whole(openLesion(key, row), undefined);
    if (lesion) {
      const file = v.parse(LesionFile, { ...lesion, patient: lesion.patient ?? null });
      yield await json(fileName.lesion(row.id), as.lesion(file));
    }
    tally[lesion ? 'lesions' : 'damaged'] += 1;
  }
  for (const [done, id] of visits.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, visits.length);
    const visit = await record.visits.get(id);
    // Deleted since the list was made.
    if (!visit) continue;
    tally[visit.damaged ? 'damaged' : 'visits'] += 1;
    if (visit.damaged) continue;
    const file = as.visit(fileOf(visit));
    yield await json(fileName.visit(id), file);
    yield await image(fileName.thumbnail(id, file.thumbnailType), visit.thumbnail);
    for (const picture of visit.pictures) {
      yield await image(fileName.picture(id, picture.id, imageType(picture.image)), picture.image);
    }
  }
  onProgress?.(visits.length, visits.length);
  if (header.record) {
    const signature = toBase64(await chain.sign(fromBase64(header.record.key)));
    const device = await signed(record.store, signedAs, chain.end);
    yield await json(signatureName, { signature, device });
  }
  yield zip.end();
}

const asItIs: Disguise = {
  patient: (file) => file,
  lesion: (file) => file,
  visit: (file) => file,
};

function fileOf(visit: Visit): WrittenVisit {
  const { id, createdAt, day, patient, lesion, updatedAt, lineage, joined, removals } = visit;
  const { note, diagnosis, histology, checklist, triage, impression, opinions } = visit;
  const { thumbnail, pictures } = visit;
  const file = {
    id,
    createdAt: createdAt.toISOString(),
    day,
    patient: patient ?? null,
    lesion: lesion ?? null,
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
    thumbnailType: imageType(thumbnail),
    pictures: pictures.map(({ image, reading: { embedding, ...reading }, ...picture }) => ({
      ...picture,
      reading,
      type: imageType(image),
      embedding: embeddingText(embedding),
    })),
  };
  return file as WrittenVisit;
}
