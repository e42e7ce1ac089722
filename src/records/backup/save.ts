/** Writes the whole record as one encrypted file, a piece at a time. */
import * as v from 'valibot';
import type { Examination } from '../examination';
import type { ClinicRecord } from '../repository';
import { openLesion, openPatient, whole } from '../sealed';
import { guarded } from '../store';
import { encrypted, type AgeLock } from './age';
import {
  fileName,
  headerName,
  imageType,
  LesionFile,
  newHeader,
  PatientFile,
  toBase64,
  type ExaminationFile,
} from './format';
import { ZipWriter, type Bytes } from './zip';

interface SaveOptions {
  readonly lock: AgeLock;
  readonly signal?: AbortSignal;
  /** Told how many of all examinations are in the file. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What the file holds. */
export interface Saved {
  readonly patients: number;
  readonly lesions: number;
  readonly examinations: number;
  /** Rows that could not be read, and are not in the file. */
  readonly damaged: number;
}

type Tally = { -readonly [K in keyof Saved]: number };

/**
 * @param write takes the file's next bytes; no more are made before it is done
 * @throws Failure
 */
export function saveBackup(
  clinic: ClinicRecord,
  write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  { lock, signal, onProgress }: SaveOptions,
): Promise<Saved> {
  return guarded(async () => {
    const tally: Tally = { patients: 0, lesions: 0, examinations: 0, damaged: 0 };
    const plain = archive(clinic, tally, signal, onProgress);
    for await (const chunk of encrypted(plain, lock, signal)) await write(chunk);
    return tally;
  });
}

async function* archive(
  clinic: ClinicRecord,
  tally: Tally,
  signal: AbortSignal | undefined,
  onProgress: SaveOptions['onProgress'],
): AsyncGenerator<Bytes> {
  const now = clinic.store.now();
  const zip = new ZipWriter(now);
  const json = (name: string, value: unknown) =>
    zip.entry({ name, data: new TextEncoder().encode(JSON.stringify(value)) }, true);
  const image = async (name: string, blob: Blob) =>
    zip.entry({ name, data: new Uint8Array(await blob.arrayBuffer()) }, false);

  yield json(headerName, newHeader(now));
  const { database, key } = await clinic.store.open();
  const ids = await database.getAllKeys('examinations');
  for (const row of await database.getAll('patients')) {
    signal?.throwIfAborted();
    const patient = await whole(openPatient(key, row), undefined);
    if (patient) yield json(fileName.patient(row.id), v.parse(PatientFile, patient));
    tally[patient ? 'patients' : 'damaged'] += 1;
  }
  for (const row of await database.getAll('lesions')) {
    signal?.throwIfAborted();
    const lesion = await whole(openLesion(key, row), undefined);
    if (lesion) {
      const file = v.parse(LesionFile, { ...lesion, patient: lesion.patient ?? null });
      yield json(fileName.lesion(row.id), file);
    }
    tally[lesion ? 'lesions' : 'damaged'] += 1;
  }
  for (const [done, [, id]] of ids.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, ids.length);
    const examination = await clinic.examinations.get(id);
    // Deleted since the list was made.
    if (!examination) continue;
    tally[examination.damaged ? 'damaged' : 'examinations'] += 1;
    if (examination.damaged) continue;
    const file = fileOf(examination);
    yield json(fileName.examination(id), file);
    yield await image(fileName.thumbnail(id, file.thumbnailType), examination.thumbnail);
    for (const picture of examination.pictures) {
      yield await image(fileName.picture(id, picture.id, imageType(picture.image)), picture.image);
    }
  }
  onProgress?.(ids.length, ids.length);
  yield zip.end();
}

function fileOf(examination: Examination): v.InferInput<typeof ExaminationFile> {
  const { id, createdAt, patient, lesion, updatedAt } = examination;
  const { note, diagnosis, histology, checklist, triage, thumbnail, pictures } = examination;
  const file = {
    id,
    createdAt: createdAt.toISOString(),
    patient: patient ?? null,
    lesion: lesion ?? null,
    updatedAt,
    note,
    diagnosis,
    histology,
    checklist,
    triage,
    thumbnailType: imageType(thumbnail),
    pictures: pictures.map(({ image, reading: { embedding, ...reading }, ...picture }) => ({
      ...picture,
      reading,
      type: imageType(image),
      embedding: toBase64(embedding),
    })),
  };
  return file as v.InferInput<typeof ExaminationFile>;
}
