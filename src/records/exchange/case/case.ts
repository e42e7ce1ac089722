/**
 * One patient or one lesion as a file for a colleague, and the opinions on it as a file back. Both have the form of a
 * backup (backup/format.ts), but opening one only adds what is missing (backup/merge.ts). Ids stay, so that
 * an opinion finds its visit again, with names or without.
 */
import type { LesionRow, PatientRow } from '../../store/database';
import { fileName, headerName, newHeader, OpinionsFile, type CaseHeader } from '../backup/format';
import { encrypted } from '../age';
import { save, type Saved, type SaveOptions, type Write } from '../backup/save';
import { ZipWriter, type Bytes } from '../backup/zip';
import { derivedId } from '../derived-id';
import type { HealthRecord } from '../../record';
import { openContent, sealPatient, whole } from '../../crypto/sealed';
import { guarded, type Opened } from '../../rows/record-store';
import * as v from 'valibot';
import { asSent, codeOf, pseudonyms } from './pseudonym';
import type { Card } from './address-book';

/** What is shared: exactly one of the two. */
export type CaseOf = { readonly patient: string } | { readonly lesion: string };

interface CaseOptions extends SaveOptions {
  readonly pseudonymised: boolean;
  /** Whom an answer can be sent to. */
  readonly from: Card | undefined;
  /** What a patient is called whose name is left out or not known, by its code. */
  readonly nameOf: (code: string) => string;
}

/** @throws Failure */
export function saveCase(
  record: HealthRecord,
  of: CaseOf,
  write: Write,
  options: CaseOptions,
): Promise<Saved> {
  return guarded(async () => {
    const { pseudonymised, from, nameOf } = options;
    const opened = await record.store.open();
    const chosen = await rowsOf(opened, of, record.store.now(), nameOf);
    return save(record, write, options, {
      ...chosen,
      header: newHeader(record.store.now(), { case: { pseudonymised, from: from ?? null } }),
      as: pseudonymised ? pseudonyms(nameOf) : asSent,
    });
  });
}

interface AnswerOptions extends Pick<SaveOptions, 'lock' | 'signal'> {
  readonly from: Card | undefined;
}

/**
 * Writes the opinions on a case alone: no picture, nothing of the patient.
 * @returns how many there are
 * @throws Failure
 */
export function saveOpinions(
  record: HealthRecord,
  of: CaseOf,
  write: Write,
  { lock, signal, from }: AnswerOptions,
): Promise<number> {
  return guarded(async () => {
    const files = await opinionsOf(await record.store.open(), of);
    const now = record.store.now();
    const plain = answer(files, { pseudonymised: true, from: from ?? null }, now);
    for await (const chunk of encrypted(plain, lock, signal)) await write(chunk);
    return files.reduce((sum, { opinions }) => sum + opinions.length, 0);
  });
}

async function* answer(files: readonly OpinionsFile[], ofCase: CaseHeader, now: Date): AsyncGenerator<Bytes> {
  await Promise.resolve();
  const zip = new ZipWriter(now);
  const json = (name: string, value: unknown) =>
    zip.entry({ name, data: new TextEncoder().encode(JSON.stringify(value)) }, true);
  yield json(headerName, newHeader(now, { case: ofCase }));
  for (const file of files) yield json(fileName.opinions(file.examination), file);
  yield zip.end();
}

async function opinionsOf({ database, key }: Opened, of: CaseOf): Promise<OpinionsFile[]> {
  const files: OpinionsFile[] = [];
  for (const row of await visitsOf(database, of)) {
    const content = await whole(openContent(key, row), undefined);
    if (!content || content.opinions.length === 0) continue;
    files.push(v.parse(OpinionsFile, { examination: row.id, opinions: content.opinions }));
  }
  return files;
}

function visitsOf(database: Opened['database'], of: CaseOf) {
  return 'lesion' in of
    ? database.getAllFromIndex('examinations', 'lesion', of.lesion)
    : database.getAllFromIndex('examinations', 'patient', of.patient);
}

async function rowsOf({ database, key }: Opened, of: CaseOf, now: Date, nameOf: (code: string) => string) {
  const visits = (await visitsOf(database, of)).map(({ id }) => id);
  if ('patient' in of) {
    const patient = await database.get('patients', of.patient);
    const lesions = await database.getAllFromIndex('lesions', 'patient', of.patient);
    return { patients: patient ? [patient] : [], lesions, visits };
  }
  const lesion = await database.get('lesions', of.lesion);
  if (!lesion) return { patients: [], lesions: [], visits };
  const patient =
    lesion.patient === undefined
      ? await impliedPatient(key, lesion, now, nameOf)
      : await database.get('patients', lesion.patient);
  const lesions: LesionRow[] = [{ ...lesion, patient: patient?.id }];
  return { patients: patient ? [patient] : [], lesions, visits };
}

/** Whoever keeps no patients is nobody's patient here; the colleague must not take the spot for one of their own. */
async function impliedPatient(
  key: CryptoKey,
  { id: lesion }: LesionRow,
  now: Date,
  nameOf: (code: string) => string,
): Promise<PatientRow> {
  const id = await derivedId(`patient of ${lesion}`);
  const known = { reference: '', born: null, sex: null, skinType: null, note: '', updatedAt: now.getTime() };
  const fields = { name: nameOf(codeOf(id)), ...known };
  return { id, revision: 0, content: await sealPatient(key, id, fields) };
}
