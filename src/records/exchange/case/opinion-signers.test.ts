/** Opinions that arrive: whose key signed them, what is refused, and that none takes the place of another. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { asFailure } from '../../../failure';
import type { Opinion, Visit } from '../../../domain/visit/visit';
import { AgeWorkerHere } from '../../../test/age-worker';
import { aVisit } from '../../../test/visits';
import { encrypted } from '../age';
import { Restoration } from '../backup/restore';
import { isGenuine, signedOpinion } from '../opinion-signature';
import { signer } from '../signing-key';
import { HealthRecord } from '../../record';
import { AddressBook, cardText } from './address-book';
import { opinionSigners } from './opinion-signers';

type Bytes = Uint8Array<ArrayBuffer>;

vi.setConfig({ testTimeout: 60_000 });

const secret = { passphrase: 'correct horse battery staple', cost: 4 };
let here: HealthRecord;
let there: HealthRecord;
let book: AddressBook;
let visit = '';
let clock = 0;

const now = () => new Date(Date.UTC(2026, 0, 1) + clock);

beforeEach(async () => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('Worker', AgeWorkerHere);
  [here, there] = [new HealthRecord('here', now), new HealthRecord('there', now)];
  book = new AddressBook(here.store);
  visit = await here.visits.add(aVisit);
});

afterEach(() => Promise.all([here.close(), there.close()]));

function anOpinion(fields: Partial<Opinion> = {}): Opinion {
  const id = crypto.randomUUID();
  return { id, author: 'Dr Bo Lind', writtenAt: 7, code: 'mel', note: 'Please excise.', ...fields };
}

const signedThere = (fields: Partial<Opinion> = {}, of = visit) =>
  signedOpinion(there.store, of, anOpinion(fields));

/** A file with opinions on the visit. @param header what else its header says */
async function fileWith(
  opinions: readonly unknown[],
  header: object = { case: { pseudonymised: true, from: null } },
) {
  const bytes = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value));
  const head = { format: 'lentigo-backup', version: 3, createdAt: '2026-05-31T12:00:00.000Z', ...header };
  const entries = {
    'lentigo-backup.json': bytes(head),
    [`opinions/${visit}.json`]: bytes({ examination: visit, opinions }),
  };
  async function* plain() {
    await Promise.resolve();
    yield Uint8Array.from(zipSync(entries));
  }
  const parts: Bytes[] = [];
  for await (const chunk of encrypted(plain(), secret)) parts.push(chunk);
  return new Blob(parts);
}

async function open(file: Blob): Promise<Restoration['plan']> {
  const restoration = await Restoration.prepare(here, file, secret);
  await restoration.apply();
  return restoration.plan;
}

async function opinionsHere(): Promise<readonly Opinion[]> {
  return ((await here.visits.get(visit)) as Visit).opinions;
}

async function signersHere() {
  return opinionSigners(book, [visit], await opinionsHere());
}

it('says whose key signed an opinion: a colleague’s, this device’s, nobody’s that is known, or none', async () => {
  await open(await fileWith([await signedThere()]));
  expect(await signersHere()).toEqual([{ by: 'unknown', name: '', elsewhere: false }]);
  const card = await new AddressBook(there.store).introduce('Bo');
  const id = await book.keep({ name: 'Bo Lind', address: cardText(card) });
  expect(await signersHere()).toEqual([{ by: 'colleague', name: 'Bo Lind', elsewhere: false }]);
  await book.forget(id);
  await here.visits.opine(visit, await signedOpinion(here.store, visit, anOpinion({ writtenAt: 8 })));
  await here.visits.opine(visit, anOpinion({ writtenAt: 9 }));
  expect((await signersHere()).map(({ by }) => by)).toEqual(['unknown', 'here', 'none']);
});

it('says where an opinion was signed for another visit than the one it stands beside', async () => {
  const other = await here.visits.add(aVisit);
  await open(await fileWith([await signedThere({}, other)]));
  expect(await signersHere()).toMatchObject([{ by: 'unknown', elsewhere: true }]);
  const joined = await opinionSigners(book, [visit, other], await opinionsHere());
  expect(joined).toMatchObject([{ elsewhere: false }]);
});

it('refuses a file with an opinion whose signature does not fit, and changes nothing', async () => {
  const honest = await signedThere();
  const { signature } = honest;
  if (!signature) throw new Error('not signed');
  const key = await signer(here.store);
  const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`));
  const change: fc.Arbitrary<Opinion> = fc.oneof(
    fc.constantFrom(
      { ...honest, id: crypto.randomUUID() },
      { ...honest, author: 'Dr Eve' },
      { ...honest, code: null },
      { ...honest, signature: { ...signature, key } },
      { ...honest, signature: { ...signature, visit: crypto.randomUUID() } },
      { ...honest, signature: { ...signature, writtenAt: 8 } },
    ),
    fc.string().map((note) => ({ ...honest, note: `${note} All fine.` })),
    hex(128).map((made) => ({ ...honest, signature: { ...signature, signature: made } })),
    hex(64).map((made) => ({ ...honest, signature: { ...signature, key: made } })),
  );
  const before = await opinionsHere();
  await fc.assert(
    fc.asyncProperty(change, fc.boolean(), async (forged, isCase) => {
      const file = await fileWith([honest, forged], isCase ? undefined : {});
      const refused = await Restoration.prepare(here, file, secret).catch(asFailure);
      expect(refused).toMatchObject({ code: 'opinion-tampered' });
      expect(await opinionsHere()).toEqual(before);
    }),
    { numRuns: 40 },
  );
});

it('keeps what is here whatever a file says: every other opinion stands beside it, once', async () => {
  const mine = await signedOpinion(here.store, visit, anOpinion());
  const theirs = await signedThere();
  await here.visits.opine(visit, mine);
  await open(await fileWith([theirs]));
  const honest = await opinionsHere();
  const times = fc.constantFrom(0, 7, Date.UTC(2026, 0, 1), Date.UTC(2030, 0), 8.64e15);
  const sent = fc
    .record({
      id: fc.constantFrom(mine.id, theirs.id),
      note: fc.constantFrom(mine.note, 'All fine.'),
      writtenAt: times,
      signs: fc.boolean(),
    })
    .map(({ signs, ...fields }) => (signs ? signedThere(fields) : Promise.resolve(anOpinion(fields))));
  await fc.assert(
    fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 4 }), fc.boolean(), async (made, isCase) => {
      const file = await fileWith(await Promise.all(made), isCase ? undefined : {});
      await open(file);
      const after = await opinionsHere();
      for (const opinion of honest) expect(after).toContainEqual(opinion);
      // Nothing is later than today, and what was signed still is.
      expect(Math.max(...after.map(({ writtenAt }) => writtenAt))).toBeLessThanOrEqual(now().getTime());
      for (const opinion of after) expect(await isGenuine(opinion)).toBe(opinion.signature !== undefined);
      // The same file again adds nothing, also at a later time.
      clock += 60_000;
      expect((await open(file)).opinion.added).toBe(0);
      expect(await opinionsHere()).toEqual(after);
    }),
    { numRuns: 25 },
  );
});

it('takes an opinion that lost its signature on the way for the one that is here', async () => {
  const honest = await signedThere();
  const { signature, ...bare } = honest;
  expect(signature).toBeDefined();
  await open(await fileWith([honest]));
  expect((await open(await fileWith([bare]))).opinion).toMatchObject({ added: 0, same: 1 });
  expect(await opinionsHere()).toEqual([honest]);
});
