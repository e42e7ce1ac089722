import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB, type IDBPDatabase } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseSettings } from '../app/settings';
import { AgeWorkerHere } from '../test/age-worker';
import { argon2Here } from '../test/argon2';
import { authenticator } from '../test/authenticator';
import { dumpDatabase, restoreDatabase, type DatabaseDump } from '../test/database-dump';
import { aVisit } from '../test/visits';
import { loadFixture, summed, type RecordFixtureName, type WrittenRecord } from '../test/record-fixture';
import { fromBase64 } from '../base64';
import { HealthRecord } from './record';
import { AddressBook } from './exchange/case/address-book';
import written from './testdata/record-schema-3.expected.json';

const expected: WrittenRecord = written;

let record: HealthRecord;

async function load(name: RecordFixtureName) {
  const fixture = await loadFixture(name);
  record = new HealthRecord(fixture.database.name, () => new Date('2025-10-03T07:00:00.000Z'), argon2Here);
  return fixture;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Worker', AgeWorkerHere);
});

afterEach(async () => {
  await record.close();
  vi.unstubAllGlobals();
});

/** What is read, in the form of what was written; how often a row was changed is its own affair. */
async function content(read: unknown): Promise<unknown> {
  if (typeof read !== 'object' || read === null) throw new Error('not there');
  const { revision, damaged, ...rest } = (await summed(read)) as Record<string, unknown>;
  expect(revision).toBeGreaterThan(0);
  expect(damaged).toBe(false);
  return rest;
}

/** @param unread ids of the visits whose content lies in a store that is not read any more */
async function expectEverything(unread: readonly string[] = []): Promise<void> {
  await record.catalogue.build();
  const { patients, lesions, visits, complete } = record.catalogue;
  expect(complete).toBe(true);
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort();
  expect([...patients.keys()].sort()).toEqual(ids(expected.patients));
  expect([...lesions.keys()].sort()).toEqual(ids(expected.lesions));
  expect([...visits.keys()].sort()).toEqual([...ids(expected.examinations), ...expected.damaged].sort());

  for (const one of expected.patients) expect(await content(await record.patients.get(one.id))).toEqual(one);
  for (const one of expected.lesions) expect(await content(await record.lesions.get(one.id))).toEqual(one);
  for (const one of expected.examinations.filter(({ id }) => !unread.includes(id))) {
    expect(await content(await record.visits.get(one.id))).toEqual(one);
  }
  for (const id of [...expected.damaged, ...unread]) {
    expect(await record.visits.get(id)).toMatchObject({ id, damaged: true });
  }
  for (const id of expected.gone) {
    expect(await record.visits.get(id)).toBeUndefined();
    expect(await record.patients.get(id)).toBeUndefined();
    expect(await record.lesions.get(id)).toBeUndefined();
  }

  const addresses = new AddressBook(record.store);
  expect(await addresses.card()).toEqual(expected.card);
  expect(await addresses.identity()).toBe(expected.identity);
  expect(await addresses.colleagues()).toEqual(expected.colleagues);
}

function rowsOf({ stores }: DatabaseDump, store: string) {
  return stores.find(({ name }) => name === store)?.rows ?? [];
}

describe('a record that schema 3 wrote', () => {
  it('is read back whole where no passphrase was set', async () => {
    const { database, localStorage } = await load('record-schema-3-open');
    const unread = rowsOf(database, 'firstExaminations').map(({ value }) => (value as { id: string }).id);
    expect(unread).toHaveLength(2);
    expect(await record.lock.status()).toMatchObject({ state: 'open' });
    await expectEverything(unread);
    expect(parseSettings(localStorage['lentigo-settings'] ?? null)).toEqual(expected.settings);
  });

  it('may have two stores more, which are neither read nor written, and go with everything else', async () => {
    const { database } = await load('record-schema-3-open');
    const extra = ['firstExaminations', 'firstPictures'];
    const stored = async () => {
      const opened: IDBPDatabase = await openDB(database.name);
      const counts = await Promise.all(extra.map((name) => opened.count(name)));
      opened.close();
      return counts;
    };
    expect(await stored()).toEqual([2, 2]);
    await record.visits.remove(...expected.damaged);
    await record.visits.add(aVisit);
    expect(await stored()).toEqual([2, 2]);

    await record.removeAll();
    expect(await stored()).toEqual([0, 0]);
    await record.visits.add(aVisit);
    expect(await record.visits.count()).toBe(1);
  });

  it('is unlocked by its passphrase and read back whole', async () => {
    await load('record-schema-3');
    expect(await record.lock.status()).toMatchObject({ state: 'locked', mistakes: 1, passkeys: 1 });
    await expect(record.catalogue.build()).rejects.toMatchObject({ code: 'record-locked' });
    await expect(record.lock.unlock('seven quiet freckle')).rejects.toMatchObject({
      code: 'passphrase-wrong',
    });
    await record.lock.unlock(expected.passphrase);
    await expectEverything();
  });

  it('is unlocked by its passkey', async () => {
    const { credential, secret } = expected.passkey;
    for (const [name, value] of Object.entries(authenticator(fromBase64(credential), fromBase64(secret)))) {
      vi.stubGlobal(name, value);
    }
    await load('record-schema-3');
    await record.lock.unlockWithPasskey();
    await expectEverything();
  });

  it('is unlocked by its recovery code', async () => {
    await load('record-schema-3');
    await record.lock.recover(expected.recoveryCode, 'another passphrase');
    await expectEverything();
  });
});

describe('the dump of a database', () => {
  it('comes back as it was, stores, indexes and rows', async () => {
    const { database } = await load('record-schema-3');
    expect(await dumpDatabase(database.name)).toEqual(database);
    await expect(restoreDatabase(database)).rejects.toThrow('already');
  });
});
