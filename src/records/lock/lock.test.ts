// Longer than 300 lines: every way to lock and unlock is tried on the same made-up record.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aVisit } from '../../test/visits';
import { derive } from '../../worker/passphrase';
import { openDatabase, type DataKeyRow } from '../store/database';
import { waitAfter } from './lock';
import type { KeyDerivation } from './passphrase';
import { newRecoveryCode } from './recovery';
import { HealthRecord } from '../record';

/** Argon2id with so little memory that a test can afford it. */
const derivation: KeyDerivation = {
  derive: async (request) => Uint8Array.from(await derive(request)),
  calibrate: () => Promise.resolve({ memory: 8, passes: 1, lanes: 1 }),
};

const secret = 'correct horse battery';
let opened: HealthRecord[] = [];
let clock = 0;

function open(): HealthRecord {
  const record = new HealthRecord('records', () => new Date((clock += 1)), derivation);
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

  /** As where the browser ends, or the disk fails, before the new row is there. */
  function cutOff(): void {
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, row) {
      if (this.name === 'keys' && (row as Partial<DataKeyRow>).byPassphrase) this.transaction.abort();
      throw new DOMException('', 'AbortError');
    });
  }

  it('that is set and stopped before it is written leaves the record open', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    const before = await keyRow();
    cutOff();
    await expect(record.lock.protect(secret)).rejects.toThrow();
    vi.restoreAllMocks();
    expect(await keyRow()).toEqual(before);
    const next = open();
    expect(await next.lock.status()).toMatchObject({ state: 'open' });
    expect(await next.visits.get(id)).toMatchObject({ damaged: false });
  });

  it('that is stopped before it is written leaves the passphrase from before', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    await record.lock.protect(secret);
    const put = Reflect.get(IDBObjectStore.prototype, 'put') as (
      ...rest: unknown[]
    ) => IDBRequest<IDBValidKey>;
    let writes = 0;
    // The mistake that is counted, the one that is forgiven, and then the new row.
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...row) {
      if (this.name === 'keys' && ++writes === 3) this.transaction.abort();
      return put.apply(this, row);
    });
    await expect(record.lock.change(secret, 'another passphrase')).rejects.toThrow();
    expect(writes).toBe(3);
    vi.restoreAllMocks();
    const next = open();
    await expect(next.lock.unlock('another passphrase')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await next.lock.unlock(secret);
    expect(await next.visits.get(id)).toMatchObject({ damaged: false });
  });

  it('locks every tab', async () => {
    const [one, two] = [open(), open()];
    await one.lock.protect(secret).catch(() => one.visits.add(aVisit));
    await one.lock.protect(secret).catch(() => undefined);
    await two.lock.unlock(secret);
    await one.lock.lock();
    await vi.waitFor(async () => expect(await two.lock.status()).toMatchObject({ state: 'locked' }));
  });

  it('waits in every tab for what must not be interrupted there, and is given up where the record was opened again', async () => {
    const [one, two] = [open(), open()];
    await one.visits.add(aVisit);
    await one.lock.protect(secret);
    await two.lock.unlock(secret);
    let answer: ((goOn: boolean) => void) | undefined;
    two.lock.beforeShutting = () => new Promise((resolve) => (answer = resolve));
    await one.lock.lock();
    await vi.waitFor(() => expect(answer).toBeDefined());
    // A queue in the other tab still saves.
    await two.visits.add(aVisit);
    answer?.(false);
    expect(await two.lock.status()).toMatchObject({ state: 'unlocked' });
    const shut = two.lock.shut();
    answer?.(true);
    expect(await shut).toBe(true);
    expect(await two.lock.status()).toMatchObject({ state: 'locked' });
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

  it('is opened by the recovery code, which is used up when the next one is confirmed', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    const code = await record.lock.protect(secret);
    await record.lock.confirmRecoveryCode(code);
    await record.lock.lock();
    await expect(record.lock.recover(newRecoveryCode(), 'new passphrase')).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    const next = await record.lock.recover(` ${code.toLowerCase()} `, 'new passphrase');
    expect(await record.visits.get(id)).toMatchObject({ damaged: false });
    await record.lock.confirmRecoveryCode(next);
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

  it('counts what parallel tabs try, each on top of the other', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect(secret);
    const tries = [open(), open()].map((tab) => tab.lock.unlock('wrong'));
    for (const tried of await Promise.allSettled(tries)) {
      expect(tried).toMatchObject({ status: 'rejected', reason: { code: 'passphrase-wrong' } });
    }
    expect(await open().lock.status()).toMatchObject({ mistakes: 2 });
  });

  it('makes nobody wait until a date that the clock has left', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect(secret);
    const year = 365 * 24 * 60 * 60 * 1000;
    clock += year;
    for (let mistake = 1; mistake <= 3; mistake++) {
      await expect(open().lock.unlock('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    }
    clock -= year;
    const next = open();
    // The wait begins anew; turning the clock back does not shorten it.
    await expect(next.lock.unlock(secret)).rejects.toMatchObject({ code: 'passphrase-wait' });
    expect((await next.lock.status()).waitUntil).toBeLessThanOrEqual(clock + waitAfter(3));
    clock += waitAfter(3);
    await next.lock.unlock(secret);
    expect(await next.lock.status()).toMatchObject({ state: 'unlocked', mistakes: 0 });
  });

  it('is not open while its key is still being looked for', async () => {
    const record = open();
    await record.visits.add(aVisit);
    await record.lock.protect(secret);
    const other = open();
    await other.lock.status();
    const status = other.lock.status();
    const list = other.visits.list({ limit: 1 });
    expect(await status).toMatchObject({ state: 'locked' });
    await expect(list).rejects.toMatchObject({ code: 'record-locked' });
  });

  it('gives another recovery code to whoever knows the passphrase; the old one is used up when it is confirmed', async () => {
    const record = open();
    const id = await record.visits.add(aVisit);
    const old = await record.lock.protect(secret);
    await record.lock.confirmRecoveryCode(old);
    await expect(record.lock.recoveryCode('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    const code = await record.lock.recoveryCode(secret);
    expect(code).not.toBe(old);
    await record.lock.confirmRecoveryCode(code);
    await record.lock.lock();
    await expect(record.lock.recover(old, 'new passphrase')).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    await record.lock.recover(code, 'new passphrase');
    expect(await record.visits.get(id)).toMatchObject({ damaged: false });
  });

  it('shows the same recovery code again until it is confirmed, also after a restart', async () => {
    const record = open();
    await record.visits.add(aVisit);
    const code = await record.lock.protect(secret);
    expect(await open().lock.status()).toMatchObject({ unconfirmed: true });
    const next = open();
    expect(await next.lock.recoveryCode(secret)).toBe(code);
    await next.lock.change(secret, 'another passphrase');
    expect(await next.lock.recoveryCode('another passphrase')).toBe(code);
    // Nothing on the disk tells it.
    expect(JSON.stringify(await keyRow())).not.toContain(code);
    await expect(next.lock.confirmRecoveryCode(newRecoveryCode())).rejects.toMatchObject({
      code: 'record-stale',
    });
    await next.lock.confirmRecoveryCode(code);
    expect(await open().lock.status()).toMatchObject({ unconfirmed: false });
    expect(await keyRow()).not.toHaveProperty('nextRecovery');
  });

  it('is opened by either code while the new one is not confirmed', async () => {
    const record = open();
    await record.visits.add(aVisit);
    const old = await record.lock.protect(secret);
    await record.lock.confirmRecoveryCode(old);
    const code = await record.lock.recoveryCode(secret);
    await record.lock.recover(old, 'second passphrase');
    // That made a third; the second was never confirmed and is gone.
    await expect(record.lock.recover(code, 'third passphrase')).rejects.toMatchObject({
      code: 'recovery-wrong',
    });
    const third = await record.lock.recoveryCode('second passphrase');
    await record.lock.recover(third, 'third passphrase');
    await record.lock.unlock('third passphrase');
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
