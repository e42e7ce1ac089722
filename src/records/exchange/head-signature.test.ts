import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../test/age-worker';
import { HealthRecord } from '../record';
import { AddressBook } from './case/address-book';
import { signUpdate, updateSigner } from './head-signature';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Worker', AgeWorkerHere);
});

it('tells whose device has signed an update, and refuses what was changed after it', async () => {
  const [here, there] = [new HealthRecord('here'), new HealthRecord('there')];
  const [ours, theirs] = [new AddressBook(here.store), new AddressBook(there.store)];
  const text = '{"cases":{"mel":3}}';
  const { publicKey: key, signature } = await signUpdate(there.store, text);
  const made = { key, signature, text };

  expect(await updateSigner(theirs, made)).toEqual({ by: 'here', name: '' });
  expect(await updateSigner(ours, made)).toEqual({ by: 'unknown', name: '' });
  const card = await theirs.introduce('Dr Osei');
  await ours.keep(card);
  expect(await updateSigner(ours, made)).toEqual({ by: 'colleague', name: 'Dr Osei' });
  expect(await updateSigner(ours, undefined)).toBeUndefined();

  const changed = { ...made, text: text.replace('3', '300') };
  await expect(updateSigner(ours, changed)).rejects.toMatchObject({ code: 'update-tampered' });
  await Promise.all([here.close(), there.close()]);
});
