import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isoDay } from '../domain/calendar/calendar';
import { proposedKind } from '../domain/picture-kind';
import type { PictureRecord } from '../domain/visit/visit';
import { parseSettings } from '../app/settings';
import { AgeWorkerHere } from '../test/age-worker';
import { argon2Here } from '../test/argon2';
import { authenticator } from '../test/authenticator';
import { dumpDatabase, restoreDatabase, type DatabaseDump } from '../test/database-dump';
import { loadFixture, summed, type RecordFixtureName, type WrittenRecord } from '../test/record-fixture';
import { fromBase64 } from '../base64';
import { HealthRecord } from './record';
import { migrations, openDatabase } from './store/database';
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
  vi.unstubAllEnvs();
});

/** What is read, in the form of what was written; how often a row was changed is its own affair. */
async function content(read: unknown): Promise<unknown> {
  if (typeof read !== 'object' || read === null) throw new Error('not there');
  const { revision, damaged, ...rest } = (await summed(read)) as Record<string, unknown>;
  expect(revision).toBeGreaterThan(0);
  expect(damaged).toBe(false);
  return rest;
}

type WrittenVisit = WrittenRecord['examinations'][number];

/** A visit of schema 3 with what schema 4 adds to it. */
function inSchema4({ pictures, ...visit }: WrittenVisit & { readonly createdAt?: string }) {
  const day = isoDay(new Date(visit.createdAt ?? NaN));
  return {
    ...visit,
    day,
    impression: null,
    pictures: pictures.map((picture) => {
      const { reading } = picture as unknown as Pick<PictureRecord, 'reading'>;
      return { ...picture, kind: proposedKind(reading.gate, reading.accepted), capturedOn: day };
    }),
  };
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

  for (const one of expected.patients) {
    expect(await content(await record.patients.get(one.id))).toEqual({ ...one, skinType: null });
  }
  for (const one of expected.lesions) expect(await content(await record.lesions.get(one.id))).toEqual(one);
  for (const one of expected.examinations.filter(({ id }) => !unread.includes(id))) {
    expect(await content(await record.visits.get(one.id))).toEqual(inSchema4(one));
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
  // A record from before there were signing keys gets one when it is first needed.
  const signer = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
  expect(await addresses.card()).toEqual({ ...(expected.card as object), signer });
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
    // What later versions added has its default; "careful" is the double-check now.
    const { careful, ...kept } = expected.settings as Record<string, unknown>;
    const settings = parseSettings(localStorage['lentigo-settings'] ?? null);
    expect(settings).toMatchObject({ ...kept, doubleCheck: careful });
  });

  it('gets a day for every visit, also for a damaged one, by the clock of the place', async () => {
    for (const [zone, leap] of [
      ['UTC', '2024-02-29'],
      ['Europe/Vienna', '2024-03-01'],
    ] as const) {
      vi.stubEnv('TZ', zone);
      globalThis.indexedDB = new IDBFactory();
      const { database } = await load('record-schema-3-open');
      const outline = await record.visits.outline();
      const created = rowsOf(database, 'examinations').length;
      expect(outline).toHaveLength(created);
      for (const { createdAt, day } of outline) expect(day).toBe(isoDay(createdAt));
      const atNight = outline.find(({ createdAt }) => createdAt.toISOString() === '2024-02-29T23:30:00.000Z');
      expect(atNight?.day).toBe(leap);
      expect(outline.map(({ day }) => day)).toEqual(
        outline
          .map(({ day }) => day)
          .sort()
          .reverse(),
      );
      await record.close();
    }
  });

  it('loses the two stores that an early version left behind, and nothing else', async () => {
    const { database } = await load('record-schema-3');
    const before = new Map(database.stores.map(({ name, rows }) => [name, rows.length]));
    expect([before.get('firstExaminations'), before.get('firstPictures')]).toEqual([1, 1]);
    await record.visits.count();
    const after = await dumpDatabase(database.name);
    expect(after.version).toBe(4);
    before.delete('firstExaminations');
    before.delete('firstPictures');
    expect(new Map(after.stores.map(({ name, rows }) => [name, rows.length]))).toEqual(before);
  });

  it('is upgraded once: opening it again changes nothing', async () => {
    const { database } = await load('record-schema-3');
    await record.visits.count();
    const upgraded = await dumpDatabase(database.name);
    await record.close();
    record = new HealthRecord(database.name);
    await record.visits.count();
    expect(await dumpDatabase(database.name)).toEqual(upgraded);
  });

  it.each(['after the first visit', 'at its end'])(
    'stays schema 3, whole, when its upgrade is cut off %s',
    async (moment) => {
      const { database } = await load('record-schema-3');
      const cut = (upgrade: { abort(): void }) => upgrade.abort();
      const steps = [
        ...migrations.slice(0, -1),
        async (...[opened, upgrade]: Parameters<(typeof migrations)[number]>) => {
          if (moment === 'at its end') {
            await migrations.at(-1)?.(opened, upgrade);
            cut(upgrade);
            return;
          }
          const running = migrations.at(-1)?.(opened, upgrade);
          await upgrade.objectStore('examinations').openCursor();
          cut(upgrade);
          await running;
        },
      ];
      await expect(openDatabase(database.name, {}, steps)).rejects.toThrow();
      expect(await dumpDatabase(database.name)).toEqual(database);
    },
  );

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
