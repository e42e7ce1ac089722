/** Backups and cases to begin with, and records of one's own to restore them into. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { unzipSync, zipSync } from 'fflate';
import { AgeWorkerHere } from '../../src/test/age-worker.ts';
import { aLesion, aPatient, aVisit } from '../../src/test/visits.ts';
import { AgeFile, encrypted, newIdentity } from '../../src/records/exchange/age.ts';
import { Restoration } from '../../src/records/exchange/backup/restore.ts';
import { saveBackup } from '../../src/records/exchange/backup/save.ts';
import { AddressBook } from '../../src/records/exchange/case/address-book.ts';
import { saveCase } from '../../src/records/exchange/case/case.ts';
import { HealthRecord } from '../../src/records/record.ts';
import { joined, type Bytes } from './mutate.ts';
import type { Random } from './random.ts';

/** The cheapest that age knows: it is not the derivation that is looked at here. */
const secret = { passphrase: 'correct horse battery staple', cost: 1 };

Object.assign(globalThis, { Worker: AgeWorkerHere, isSecureContext: true, navigator: {} });

let valid: Promise<readonly [Bytes, ...Bytes[]]> | undefined;

/** What is inside of a whole backup, or of a case. */
export async function validBackup(random: Random): Promise<Bytes> {
  return random.one(await (valid ??= makeValid()));
}

async function makeValid(): Promise<readonly [Bytes, ...Bytes[]]> {
  const { record, patient } = await filledRecord();
  const file = await written((write) => saveBackup(record, write, { lock: secret }));
  const shared = await written((write) =>
    saveCase(record, { patient }, write, {
      lock: secret,
      pseudonymised: false,
      from: undefined,
      nameOf: (code) => code,
    }),
  );
  await record.close();
  return [await plainOf(file), await plainOf(shared)];
}

/** A patient with a lesion and two visits, one of them nobody's. */
async function filledRecord(): Promise<{ readonly record: HealthRecord; readonly patient: string }> {
  globalThis.indexedDB = new IDBFactory();
  const record = new HealthRecord(`fuzz-${crypto.randomUUID()}`);
  const patient = await record.patients.add(aPatient);
  const lesion = await record.lesions.add(aLesion, patient);
  await record.visits.add({ ...aVisit, lesion, patient });
  await record.visits.add(aVisit);
  return { record, patient };
}

export function entriesOf(plain: Bytes): Record<string, Bytes> {
  return unzipSync(plain);
}

export function zipOf(entries: readonly (readonly [string, Bytes])[]): Bytes {
  return Uint8Array.from(zipSync(Object.fromEntries(entries)));
}

export async function ageFile(): Promise<Bytes> {
  return locked(new Uint8Array(100).fill(7));
}

let address: Promise<string> | undefined;

/** An address that is right. */
export function anAddress(): Promise<string> {
  return (address ??= newIdentity().then(({ recipient }) => recipient));
}

/** @throws Failure */
export async function keepAddress(typed: string): Promise<void> {
  globalThis.indexedDB = new IDBFactory();
  const record = new HealthRecord(`fuzz-${crypto.randomUUID()}`);
  try {
    const book = new AddressBook(record.store);
    await book.keep({ name: typed, address: typed });
    if ((await book.colleagues()).length !== 1) throw new Error('kept, but not there');
  } finally {
    await record.close();
  }
}

/**
 * Restores into a record that has content, then reads all of it.
 * @throws Failure where the file is refused
 * @throws Error where the record cannot be read afterwards, or lost something
 */
export async function restoreInto(plain: Bytes): Promise<void> {
  const { record } = await filledRecord();
  try {
    const before = await record.visits.outline();
    const restoration = await Restoration.prepare(record, new Blob([await locked(plain)]), secret);
    await restoration.apply();
    const after = await record.visits.outline();
    const ids = new Set(after.map(({ id }) => id));
    if (before.some(({ id }) => !ids.has(id))) throw new Error('a visit is gone');
    for (const { id } of after) {
      const visit = await record.visits.get(id);
      if (!visit || visit.damaged) throw new Error(`visit ${id} cannot be read`);
    }
    const database = await record.store.database();
    const rows = [
      ...(await database.getAllKeys('patients')).map((id) => record.patients.get(id)),
      ...(await database.getAllKeys('lesions')).map((id) => record.lesions.get(id)),
    ];
    for (const row of await Promise.all(rows))
      if (!row || row.damaged) throw new Error('a row cannot be read');
  } finally {
    await record.close();
  }
}

async function locked(plain: Bytes): Promise<Bytes> {
  async function* once() {
    yield await Promise.resolve(plain);
  }
  const parts: Bytes[] = [];
  for await (const chunk of encrypted(once(), secret)) parts.push(chunk);
  return joined(...parts);
}

async function plainOf(file: Bytes): Promise<Bytes> {
  const parts: Bytes[] = [];
  const opened = await AgeFile.open(new Blob([file]), secret);
  for await (const chunk of opened.plain(() => undefined)) parts.push(chunk);
  return joined(...parts);
}

async function written(save: (write: (bytes: Bytes) => Promise<void>) => Promise<unknown>): Promise<Bytes> {
  const parts: Bytes[] = [];
  await save((bytes) => Promise.resolve(void parts.push(bytes)));
  return joined(...parts);
}
