import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../../test/age-worker';
import { seal } from '../../crypto/vault';
import { newIdentity } from '../age';
import { derive } from '../../../worker/passphrase';
import type { KeyDerivation } from '../../lock/passphrase';
import { HealthRecord } from '../../record';
import { isSignedBy, signed, signer } from '../signing-key';
import { AddressBook, cardText, readCard } from './address-book';

/** Argon2id with so little memory that a test can afford it. */
const derivation: KeyDerivation = {
  derive: async (request) => Uint8Array.from(await derive(request)),
  calibrate: () => Promise.resolve({ memory: 8, passes: 1, lanes: 1 }),
};

let record: HealthRecord;
let addresses: AddressBook;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Worker', AgeWorkerHere);
  record = new HealthRecord('sharing', undefined, derivation);
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

it('prints the key that the device signs with on its card, and keeps a colleague’s', async () => {
  const card = await addresses.introduce('Ada Quill');
  expect(card.signer).toMatch(/^[0-9a-f]{64}$/);
  expect(await signer(record.store)).toBe(card.signer);
  expect(readCard(cardText(card))).toEqual({ address: card.address, signer: card.signer });
  // Of an earlier version, and as it was broken into lines.
  expect(readCard(card.address)).toEqual({ address: card.address });
  const { recipient } = await newIdentity();
  const id = await addresses.keep({ name: 'Bo', address: recipient });
  await addresses.keep({
    name: 'Bo',
    address: `${recipient}\n  ED25519:${card.signer?.toUpperCase() ?? ''}\n`,
  });
  const known = { id, name: 'Bo', address: recipient, signer: card.signer };
  expect(await addresses.colleagues()).toEqual([known]);
  // An old card takes no key away.
  await addresses.keep({ name: 'Bo', address: recipient });
  expect(await addresses.colleagues()).toEqual([known]);
  for (const key of ['ed25519:', 'ed25519:12', card.signer ?? '', `ed25519:${card.signer ?? ''} more`]) {
    const wrong = addresses.keep({ name: 'Bo', address: `${recipient} ${key}` });
    await expect(wrong).rejects.toMatchObject({ code: 'address-wrong' });
  }
});

it('reads every card that it prints, and of any other text nothing but what stands there', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(
      fc.stringMatching(/^age1[02-9ac-hj-np-z]{58}$/),
      fc.option(hex, { nil: undefined }),
      (address, key) => {
        const card = { name: 'Bo', address, ...(key !== undefined && { signer: key }) };
        expect({ name: 'Bo', ...readCard(cardText(card)) }).toEqual(card);
      },
    ),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        const { signer: key } = readCard(text);
        expect(key === undefined || /^[0-9a-f]{64}$/.test(key)).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'address-wrong' });
      }
    }),
  );
});

it('makes the signing key once, seals it, and signs with it after a change of passphrase and a lock', async () => {
  const [one, two] = await Promise.all([signer(record.store), signer(record.store)]);
  expect(one).toBe(two);
  const made = await signed(record.store, 'test', 'text');
  expect(made.key).toBe(one);
  expect(await isSignedBy(made, 'test', 'text')).toBe(true);
  expect(await isSignedBy(made, 'test', 'another')).toBe(false);
  expect(await isSignedBy(made, 'other', 'text')).toBe(false);
  expect(await isSignedBy({ ...made, key: '0'.repeat(64) }, 'test', 'text')).toBe(false);
  const rows = await (await record.store.database()).getAll('sharing');
  expect(rows.map(({ content }) => new TextDecoder('latin1').decode(content)).join()).not.toContain('secret');
  // No address was entered: nothing is counted as one.
  expect(await record.contents()).toMatchObject({ addresses: 0 });
  await record.lock.protect('correct horse battery');
  await record.lock.change('correct horse battery', 'another passphrase');
  await record.lock.lock();
  await expect(signer(record.store)).rejects.toMatchObject({ code: 'record-locked' });
  await record.lock.unlock('another passphrase');
  expect(await signer(record.store)).toBe(one);
  await record.removeAll();
  expect(await signer(record.store)).not.toBe(one);
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
