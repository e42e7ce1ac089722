import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { argon2id } from 'hash-wasm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aVisit } from '../../test/visits';
import { writeFirstVersion } from '../../test/first-version';
import { openDatabase, type DataKeyRow } from '../store/database';
import { waitAfter } from './lock';
import { calibrated, leastParameters, type Derive } from './passphrase';
import { newRecoveryCode, readRecoveryCode } from './recovery';
import { ClinicRecord } from '../record';

/** Argon2id with so little memory that a test can afford it. */
const derive: Derive = async ({ passphrase, salt }) => {
  const key = await argon2id({
    password: passphrase,
    salt,
    iterations: 1,
    memorySize: 8,
    parallelism: 1,
    hashLength: 32,
    outputType: 'binary',
  });
  return Uint8Array.from(key);
};

const secret = 'correct horse battery';
let opened: ClinicRecord[] = [];
let clock = 0;

function open(): ClinicRecord {
  const record = new ClinicRecord('records', () => new Date((clock += 1)), derive);
  opened.push(record);
  return record;
}

async function keyRow(): Promise<DataKeyRow> {
  const database = await openDatabase('records');
  const row = (await database.get('keys', 'data')) as DataKeyRow;
  database.close();
  return row;
}

beforeEach(() => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

describe('the lock', () => {
  it('shuts what was open, and opens it by the passphrase alone', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    expect(await record.lock.status()).toMatchObject({ state: 'open' });
    await record.lock.protect(secret);
    expect(await record.lock.status()).toMatchObject({ state: 'unlocked' });
    expect(await record.visits.get(id)).toMatchObject({ damaged: false });

    await record.lock.lock();
    expect(await record.lock.status()).toMatchObject({ state: 'locked' });
    await expect(record.visits.get(id)).rejects.toMatchObject({ code: 'record-locked' });
    await expect(record.visits.add(aVisit)).rejects.toMatchObject({ code: 'record-locked' });
    await expect(open().visits.list({ limit: 1 })).rejects.toMatchObject({ code: 'record-locked' });
    await expect(record.lock.unlock('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await expect(record.visits.get(id)).rejects.toMatchObject({ code: 'record-locked' });
    await record.lock.unlock(secret);
    expect(await record.visits.get(id)).toMatchObject({ damaged: false });
  });

  it('locks every tab', async () => {
    const [one, two] = [open(), open()];
    await one.lock.protect(secret).catch(() => one.visits.add(aVisit));
    await one.lock.protect(secret).catch(() => undefined);
    await two.lock.unlock(secret);
    await one.lock.lock();
    await vi.waitFor(async () => expect(await two.lock.status()).toMatchObject({ state: 'locked' }));
  });

  it('leaves no key of the device behind, and keeps the ciphertexts as they are', async () => {
    const record = open();
    await record.visits.add(aVisit);
    const database = await openDatabase('records');
    const before = await database.getAll('images');
    await record.lock.protect(secret);
    expect(await database.getAllKeys('keys')).toEqual(['data']);
    expect(await keyRow()).not.toHaveProperty('byDevice');
    await record.lock.change(secret, 'another passphrase');
    expect(await database.getAll('images')).toEqual(before);
    database.close();
    const other = open();
    await expect(other.lock.unlock(secret)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await other.lock.unlock('another passphrase');
    expect(await other.visits.list({ limit: 1 })).toMatchObject([{ damaged: false }]);
  });

  it('can be taken off', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    await record.lock.protect(secret);
    await expect(record.lock.unprotect('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await record.lock.unprotect(secret);
    expect(await record.lock.status()).toMatchObject({ state: 'open' });
    expect(await open().visits.get(id)).toMatchObject({ damaged: false });
  });

  it('takes a passphrase however its accents are composed', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect('Ärger über Öl');
    await record.lock.lock();
    await record.lock.unlock('Ärger über Öl'.normalize('NFD'));
  });

  it('is opened by the recovery code, which is used up by that', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    const code = await record.lock.protect(secret);
    await record.lock.lock();
    await expect(record.lock.recover(newRecoveryCode(), 'new passphrase')).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    const next = await record.lock.recover(` ${code.toLowerCase()} `, 'new passphrase');
    expect(await record.visits.get(id)).toMatchObject({ damaged: false });
    await record.lock.lock();
    await expect(record.lock.recover(code, 'x')).rejects.toMatchObject({ code: 'recovery-wrong' });
    await record.lock.unlock('new passphrase');
    await record.lock.lock();
    await record.lock.recover(next, secret);
  });

  it('counts mistakes, over a restart as well, and makes the next one wait', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect(secret);
    for (let mistake = 1; mistake <= 3; mistake++) {
      await expect(open().lock.unlock('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    }
    const next = open();
    expect(await next.lock.status()).toMatchObject({ state: 'locked', mistakes: 3 });
    await expect(next.lock.unlock(secret)).rejects.toMatchObject({ code: 'passphrase-wait' });
    clock += waitAfter(3);
    await next.lock.unlock(secret);
    expect(await next.lock.status()).toMatchObject({ state: 'unlocked', mistakes: 0 });
    expect([0, 2, 3, 4, 30].map(waitAfter)).toEqual([0, 0, 5000, 10_000, 300_000]);
  });

  it('of a lost key opens nothing, and "delete all" takes it off', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect(secret);
    await record.lock.lock();
    await record.removeAll();
    expect(await record.lock.status()).toMatchObject({ state: 'open', mistakes: 0 });
    await record.visits.add(aVisit);
  });
});

describe('a lock on the record of the first version', () => {
  const history = ['a', 'b', 'c', 'd'].map((id, at) => ({
    ...aVisit,
    id,
    createdAt: new Date(1000 * at),
    note: id,
  }));

  it('brings everything over first', async () => {
    await writeFirstVersion('records', history);
    const told: number[] = [];
    await open().lock.protect(secret, (done) => told.push(done));
    expect(told).toEqual([1, 2, 3, 4]);
    const database = await openDatabase('records');
    expect(await database.count('firstExaminations')).toBe(0);
    expect(await database.count('firstPictures')).toBe(0);
    database.close();
    const other = open();
    await other.lock.unlock(secret);
    for (const { id, note } of history) {
      expect(await other.visits.get(id)).toMatchObject({ damaged: false, note });
    }
  });

  it('that is killed in the middle leaves everything open, and goes on the next time', async () => {
    await writeFirstVersion('records', history);
    const killed = open();
    const end = killed.lock.protect(secret, (done) => {
      if (done === 2) throw new Error('killed');
    });
    await expect(end).rejects.toThrow('killed');
    await killed.close();

    const after = open();
    expect(await after.lock.status()).toMatchObject({ state: 'open' });
    expect((await after.visits.outline()).map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
    await after.lock.protect(secret);
    for (const { id, note } of history) {
      expect(await after.visits.get(id)).toMatchObject({ damaged: false, note });
    }
  });
});

describe('the recovery code', () => {
  it('is read as it was written, and with mistaken letters', () => {
    fc.assert(
      fc.property(fc.constantFrom(' ', '-', '', '\n'), fc.boolean(), (between, lower) => {
        const code = newRecoveryCode();
        const typed = code.replaceAll('-', between).replaceAll('0', 'O').replaceAll('1', 'l');
        expect(readRecoveryCode(lower ? typed.toLowerCase() : typed)).toBe(code);
      }),
    );
  });

  it('has five groups, and no other text is one', () => {
    expect(newRecoveryCode()).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(new Set(Array.from({ length: 50 }, newRecoveryCode)).size).toBe(50);
    for (const typed of ['', 'ABCDE', `${newRecoveryCode()}A`, newRecoveryCode().replace(/.$/, 'U')]) {
      expect(readRecoveryCode(typed)).toBeUndefined();
    }
  });
});

describe('the parameters of Argon2id', () => {
  it('never fall under the least that is recommended, and take about a second', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (milliseconds) => {
        const { memory, passes } = calibrated(milliseconds);
        expect(memory).toBeGreaterThanOrEqual(leastParameters.memory);
        expect(passes).toBeGreaterThanOrEqual(leastParameters.passes);
        expect(memory).toBeLessThanOrEqual(128 * 1024);
        const cost = (memory * passes) / (leastParameters.memory * leastParameters.passes);
        expect(cost === 1 || cost * milliseconds <= 1000).toBe(true);
      }),
    );
  });
});
