import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../../test/age-worker';
import { newIdentity } from '../backup/age';
import { ClinicRecord } from '../../record';
import { SharingRepository } from './colleagues';

let clinic: ClinicRecord;
let sharing: SharingRepository;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Worker', AgeWorkerHere);
  clinic = new ClinicRecord('sharing');
  sharing = new SharingRepository(clinic.store);
});

afterEach(() => clinic.close());

it('makes an address once, and keeps it when the name changes', async () => {
  expect(await sharing.card()).toBeUndefined();
  const card = await sharing.introduce('Ada Quill');
  expect(card.address).toMatch(/^age1[02-9ac-hj-np-z]{58}$/);
  expect(await sharing.identity()).toMatch(/^AGE-SECRET-KEY-1/);
  expect(await sharing.introduce('Dr Ada Quill')).toEqual({ ...card, name: 'Dr Ada Quill' });
  expect(await sharing.card()).toEqual({ ...card, name: 'Dr Ada Quill' });
});

it('gives two tabs that ask at once the same address', async () => {
  const [one, two] = await Promise.all([sharing.introduce('Ada'), sharing.introduce('Ada')]);
  expect(one).toEqual(two);
  expect(await sharing.card()).toEqual(one);
});

it('keeps colleagues by their address, sealed, until all is deleted', async () => {
  const { recipient } = await newIdentity();
  const id = await sharing.keep({ name: 'Bo', address: ` ${recipient.toUpperCase()} ` });
  expect(await sharing.keep({ name: 'Bo Lind', address: recipient })).toBe(id);
  expect(await sharing.colleagues()).toEqual([{ id, name: 'Bo Lind', address: recipient }]);

  const rows = await (await clinic.store.database()).getAll('sharing');
  const stored = rows.map(({ content }) => new TextDecoder('latin1').decode(content)).join();
  expect(stored).not.toContain('Lind');
  expect(stored).not.toContain(recipient);

  await sharing.introduce('Ada');
  await sharing.forget(id);
  expect(await sharing.colleagues()).toEqual([]);
  await clinic.removeAll();
  expect(await sharing.card()).toBeUndefined();
});

it('refuses what is no address, also where only one letter is wrong', async () => {
  const { recipient, identity } = await newIdentity();
  const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`;
  for (const address of ['', 'age1', identity, mistyped, `${recipient}q`]) {
    await expect(sharing.keep({ name: 'Bo', address })).rejects.toMatchObject({ code: 'address-wrong' });
  }
  expect(await sharing.colleagues()).toEqual([]);
});
