import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../../test/age-worker';
import { seal } from '../../crypto/vault';
import { newIdentity } from '../age';
import { HealthRecord } from '../../record';
import { AddressBook } from './address-book';

let record: HealthRecord;
let addresses: AddressBook;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Worker', AgeWorkerHere);
  record = new HealthRecord('sharing');
  addresses = new AddressBook(record.store);
});

afterEach(() => record.close());

it('makes an address once, and keeps it when the name changes', async () => {
  expect(await addresses.card()).toBeUndefined();
  const card = await addresses.introduce('Ada Quill');
  expect(card.address).toMatch(/^age1[02-9ac-hj-np-z]{58}$/);
  expect(await addresses.identity()).toMatch(/^AGE-SECRET-KEY-1/);
  expect(await addresses.introduce('Dr Ada Quill')).toEqual({ ...card, name: 'Dr Ada Quill' });
  expect(await addresses.card()).toEqual({ ...card, name: 'Dr Ada Quill' });
});

it('gives two tabs that ask at once the same address', async () => {
  const [one, two] = await Promise.all([addresses.introduce('Ada'), addresses.introduce('Ada')]);
  expect(one).toEqual(two);
  expect(await addresses.card()).toEqual(one);
});

it('keeps colleagues by their address, sealed, until all is deleted', async () => {
  const { recipient } = await newIdentity();
  const id = await addresses.keep({ name: 'Bo', address: ` ${recipient.toUpperCase()} ` });
  expect(await addresses.keep({ name: 'Bo Lind', address: recipient })).toBe(id);
  expect(await addresses.colleagues()).toEqual([{ id, name: 'Bo Lind', address: recipient }]);

  const rows = await (await record.store.database()).getAll('sharing');
  const stored = rows.map(({ content }) => new TextDecoder('latin1').decode(content)).join();
  expect(stored).not.toContain('Lind');
  expect(stored).not.toContain(recipient);

  await addresses.introduce('Ada');
  await addresses.forget(id);
  expect(await addresses.colleagues()).toEqual([]);
  await record.removeAll();
  expect(await addresses.card()).toBeUndefined();
});

it('refuses what is no address, also where only one letter is wrong', async () => {
  const { recipient, identity } = await newIdentity();
  const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`;
  for (const address of ['', 'age1', identity, mistyped, `${recipient}q`]) {
    await expect(addresses.keep({ name: 'Bo', address })).rejects.toMatchObject({ code: 'address-wrong' });
  }
  expect(await addresses.colleagues()).toEqual([]);
});

/** Replaces the content of a row by `text`, sealed as it should be. */
async function overwrite(id: string, text: string): Promise<void> {
  const { database, key } = await record.store.open();
  const content = await seal(key, { version: 2, id, field: 'sharing' }, new TextEncoder().encode(text));
  await database.put('sharing', { id, content });
}

describe('a damaged row', () => {
  it.each(['{', 'null', '{"name":"Ada"}', '\u0000'])(
    'of this device is replaced by a new address: %j',
    async (text) => {
      const before = await addresses.introduce('Ada');
      await overwrite('own', text);
      expect(await addresses.card()).toBeUndefined();
      expect(await addresses.identity()).toBeUndefined();
      const card = await addresses.introduce('Ada');
      expect(card.address).not.toBe(before.address);
      expect(await addresses.card()).toEqual(card);
    },
  );

  it('of this device that another key sealed is replaced as well', async () => {
    await addresses.introduce('Ada');
    const { database } = await record.store.open();
    await database.put('sharing', { id: 'own', content: new Uint8Array(40) });
    const card = await addresses.introduce('Ada');
    expect(await addresses.card()).toEqual(card);
  });

  it('of a colleague leaves the others in the list', async () => {
    const { recipient } = await newIdentity();
    const id = await addresses.keep({ name: 'Bo', address: recipient });
    for (const [at, text] of ['{', 'null', '{"name":"Cy"}'].entries()) await overwrite(`bad-${at}`, text);
    expect(await addresses.colleagues()).toEqual([{ id, name: 'Bo', address: recipient }]);
  });
});
