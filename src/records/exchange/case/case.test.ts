// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { asFailure } from '../../../failure';
import { AgeWorkerHere } from '../../../test/age-worker';
import { aLesion, aVisit, aPatient } from '../../../test/visits';
import { AgeFile, encrypted, type AgeLock } from '../age';
import { Restoration } from '../backup/restore';
import type { Opinion, Visit, VisitSummary } from '../../../domain/visit/visit';
import { HealthRecord } from '../../record';
import { saveCase, saveOpinions, type CaseOf } from './case';
import { AddressBook } from './address-book';

type Bytes = Uint8Array<ArrayBuffer>;

/** A device with an address: its record, and what opens files that are written to it. */
interface Practice {
  readonly record: HealthRecord;
  readonly lock: AgeLock;
  readonly identity: string;
}

vi.setConfig({ testTimeout: 30_000 });

let opened: HealthRecord[] = [];
let clock = 0;
let sender: Practice;
let colleague: Practice;
let patient = '';
let lesion = '';
let visit = '';

beforeEach(async () => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('Worker', AgeWorkerHere);
  [sender, colleague] = [await practice('sender'), await practice('colleague')];
  const { record } = sender;
  patient = await record.patients.add(aPatient);
  lesion = await record.lesions.add({ ...aLesion, note: 'by the garden door' }, patient);
  visit = await record.visits.add({
    ...aVisit,
    lesion,
    note: 'worried mother',
    diagnosis: { code: 'nv', text: 'as her sister', date: '2026-05-31' },
  });
  await record.patients.add({ ...aPatient, name: 'Somebody Else' });
  await record.visits.add(aVisit);
});

afterEach(async () => {
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

async function practice(name: string): Promise<Practice> {
  const record = new HealthRecord(name, () => new Date(Date.UTC(2026, 0, 1) + (clock += 1000)));
  opened.push(record);
  const addresses = new AddressBook(record.store);
  const { address } = await addresses.introduce(name);
  return { record, lock: { recipients: [address] }, identity: (await addresses.identity()) ?? '' };
}

async function caseFile(from: Practice, to: Practice, of: CaseOf, pseudonymised = true): Promise<Blob> {
  const parts: Bytes[] = [];
  await saveCase(from.record, of, (bytes) => Promise.resolve(void parts.push(bytes)), {
    lock: to.lock,
    pseudonymised,
    from: { name: 'Dr Send', address: 'age1' },
    nameOf: (code) => `Case ${code}`,
  });
  return new Blob(parts);
}

async function opinionsFile(from: Practice, to: Practice, of: CaseOf): Promise<Blob> {
  const parts: Bytes[] = [];
  const write = (bytes: Bytes) => Promise.resolve(void parts.push(bytes));
  await saveOpinions(from.record, of, write, { lock: to.lock, from: undefined });
  return new Blob(parts);
}

async function open({ record, identity }: Practice, file: Blob): Promise<Restoration['plan']> {
  const restoration = await Restoration.prepare(record, file, { identity });
  await restoration.apply();
  return restoration.plan;
}

async function entriesOf(file: Blob, { identity }: Practice): Promise<Record<string, Bytes>> {
  const parts: Bytes[] = [];
  for await (const chunk of (await AgeFile.open(file, { identity })).plain(() => undefined))
    parts.push(chunk);
  return unzipSync(new Uint8Array(await new Blob(parts).arrayBuffer()));
}

async function packed(entries: Record<string, Bytes>, to: Practice): Promise<Blob> {
  async function* plain() {
    await Promise.resolve();
    yield zipSync(entries);
  }
  const parts: Bytes[] = [];
  for await (const chunk of encrypted(plain(), to.lock)) parts.push(chunk);
  return new Blob(parts);
}

function anOpinion(fields: Partial<Opinion> = {}): Opinion {
  const opinion = { author: 'Dr Bo Lind', writtenAt: 7, code: 'mel', note: 'Please excise.' };
  return { id: crypto.randomUUID(), ...opinion, ...fields };
}

async function visitOf({ record }: Practice, id: string): Promise<Visit> {
  const found = await record.visits.get(id);
  if (!found || found.damaged) throw new Error('no visit');
  return found;
}

/** Every row as it lies on the disk. */
async function rowsOf({ record }: Practice): Promise<unknown> {
  const database = await record.store.database();
  const stores = [...database.objectStoreNames];
  return Promise.all(stores.map((store) => database.getAll(store)));
}

const text = (bytes: Bytes | undefined) => new TextDecoder().decode(bytes);
const bytes = (value: unknown): Bytes => new TextEncoder().encode(JSON.stringify(value));
const added = (count: number) => ({ added: count, changed: 0, same: 0 });
const same = (count: number) => ({ added: 0, changed: 0, same: count });

describe('a case', () => {
  it('holds nothing but that patient, and without a name nothing that says who it is', async () => {
    const entries = await entriesOf(await caseFile(sender, colleague, { patient }), colleague);
    expect(Object.keys(entries).map((name) => name.split('/')[0])).toEqual([
      'lentigo-backup.json',
      'patients',
      'lesions',
      'examinations',
      'examinations',
      'examinations',
    ]);
    const json = Object.entries(entries).filter(([name]) => name.endsWith('.json'));
    const all = json.map(([, data]) => text(data)).join();
    const secrets = [
      'Quill',
      'K-4711',
      '1961',
      'fair skin',
      'shoulder',
      'garden',
      'mother',
      'sister',
      '2026-09-01',
    ];
    expect(secrets.filter((secret) => all.includes(secret))).toEqual([]);
    expect(all).toContain(`Case ${patient.slice(0, 8).toUpperCase()}`);
    expect(all).toContain('"view":"back"');

    const named = await entriesOf(await caseFile(sender, colleague, { lesion }, false), colleague);
    const whole = Object.values(named).map(text).join();
    expect(secrets.filter((secret) => !whole.includes(secret))).toEqual([]);
  });

  it('is opened beside other cases, and opened again does nothing', async () => {
    await colleague.record.patients.add({ ...aPatient, name: 'Of the colleague' });
    const file = await caseFile(sender, colleague, { patient });
    const plan = await open(colleague, file);
    expect(plan).toMatchObject({ patient: added(1), lesion: added(1), visit: added(1) });
    expect(plan.case).toEqual({ pseudonymised: true, from: { name: 'Dr Send', address: 'age1' } });
    expect(await visitOf(colleague, visit)).toMatchObject({ patient, lesion, note: '' });
    const before = await rowsOf(colleague);
    expect(await open(colleague, file)).toMatchObject({
      patient: same(1),
      lesion: same(1),
      visit: same(1),
    });
    expect(await rowsOf(colleague)).toEqual(before);
  });

  it('brings what is new when it comes again, and leaves what was written to it', async () => {
    await open(colleague, await caseFile(sender, colleague, { lesion }));
    await colleague.record.visits.edit(visit, { note: 'mine' }, { note: '' });
    await sender.record.visits.edit(visit, { note: 'later' }, { note: 'worried mother' });
    await sender.record.visits.addPicture(visit, aVisit);
    const second = await sender.record.visits.add({ ...aVisit, lesion });
    const plan = await open(colleague, await caseFile(sender, colleague, { lesion }));
    // A visit that is here gets no picture: with the new one it comes as a visit of its own.
    expect(plan).toMatchObject({ visit: { added: 2, changed: 0, same: 0 }, copies: 1 });
    const kept = await visitOf(colleague, visit);
    expect([kept.note, kept.pictures.length]).toEqual(['mine', 1]);
    const course = await colleague.record.visits.course(lesion);
    expect(course.map((one) => (one.damaged ? 0 : one.pictures.length)).sort()).toEqual([1, 1, 2]);
    const again = await open(colleague, await caseFile(sender, colleague, { lesion }));
    expect(again).toMatchObject({ visit: same(2) });
    expect(await visitOf(colleague, second)).toMatchObject({ patient, lesion });
  });

  it('says what is new in it until that was looked at, and no version of it is later for that', async () => {
    const arrivals = async ({ record }: Practice) =>
      (await record.visits.list({ limit: 10 })).map((one) => (one.damaged ? undefined : one.arrival));
    await open(colleague, await caseFile(sender, colleague, { lesion }));
    expect(await arrivals(colleague)).toEqual([{ from: 'Dr Send', visit: true, opinions: [], authors: [] }]);
    const before = await visitOf(colleague, visit);
    expect(await colleague.record.visits.look(visit)).toBe(true);
    expect(await arrivals(colleague)).toEqual([null]);
    expect((await visitOf(colleague, visit)).updatedAt).toBe(before.updatedAt);
    await open(colleague, await caseFile(sender, colleague, { lesion }));
    expect(await arrivals(colleague)).toEqual([null]);

    const [one, two] = [anOpinion(), anOpinion({ author: 'Dr Cy', writtenAt: 9 })];
    for (const opinion of [one, two]) {
      await colleague.record.visits.opine(visit, opinion);
      await open(sender, await opinionsFile(colleague, sender, { lesion }));
    }
    const opinions = [one.id, two.id];
    const { arrival } = (await sender.record.visits.list({ limit: 10 })).find(
      ({ id }) => id === visit,
    ) as VisitSummary;
    expect(arrival).toEqual({ from: '', visit: false, opinions, authors: ['Dr Bo Lind', 'Dr Cy'] });
    await sender.record.visits.addPicture(visit, aVisit);
    await open(colleague, await caseFile(sender, colleague, { lesion }));
    // What is here stays as it is: a visit with a picture more comes beside it.
    const both = await arrivals(colleague);
    expect(both).toHaveLength(2);
    expect(both).toContain(null);
    expect(both).toContainEqual(expect.objectContaining({ visit: true, opinions }));
  });

  it('changes nothing of the sender when it comes back whole', async () => {
    const before = await rowsOf(sender);
    await open(sender, await caseFile(sender, sender, { patient }));
    expect(await rowsOf(sender)).toEqual(before);
  });

  it('of a person without a patient does not become a spot of the colleague’s own', async () => {
    const mine = await sender.record.lesions.add(aLesion);
    await sender.record.visits.add({ ...aVisit, lesion: mine });
    for (const expected of [added(1), same(1)]) {
      expect(await open(colleague, await caseFile(sender, colleague, { lesion: mine }))).toMatchObject({
        patient: expected,
        lesion: expected,
        visit: expected,
      });
    }
    const received = await colleague.record.lesions.get(mine);
    expect(received?.patient).toEqual(expect.any(String));
  });
});

const caseHeader = { format: 'lentigo-backup', version: 3, createdAt: '2026-05-31T12:00:00.000Z' };

describe('an opinion', () => {
  it('finds its visit again, without names, and leaves the sender’s own words', async () => {
    const before = await visitOf(sender, visit);
    await open(colleague, await caseFile(sender, colleague, { patient }));
    const opinion = anOpinion();
    await colleague.record.visits.opine(visit, opinion);

    const file = await opinionsFile(colleague, sender, { patient });
    expect(Object.keys(await entriesOf(file, sender))).toEqual([
      'lentigo-backup.json',
      `opinions/${visit}.json`,
    ]);
    expect((await open(sender, file)).opinion).toEqual({ ...added(1), homeless: 0 });
    const after = await visitOf(sender, visit);
    expect(after.opinions).toEqual([opinion]);
    expect(after).toMatchObject({
      note: before.note,
      diagnosis: before.diagnosis,
      updatedAt: before.updatedAt,
    });
    const settled = await rowsOf(sender);
    expect((await open(sender, file)).opinion).toEqual({ ...same(1), homeless: 0 });
    expect(await rowsOf(sender)).toEqual(settled);
  });

  it('that the form sends twice is there once, and it can be withdrawn', async () => {
    const [first, other] = [anOpinion(), anOpinion({ author: 'Dr Cy', writtenAt: 9 })];
    const { visits } = sender.record;
    await visits.opine(visit, other);
    await visits.opine(visit, first);
    const later = { ...first, note: 'I have thought again.', writtenAt: 11 };
    await visits.opine(visit, later);
    expect((await visitOf(sender, visit)).opinions).toEqual([other, later]);
    await visits.withdraw(visit, other);
    expect((await visitOf(sender, visit)).opinions).toEqual([later]);
  });

  it('of a file never takes the place of another, with its id and a later date or without', async () => {
    const honest = anOpinion();
    await sender.record.visits.opine(visit, honest);
    await sender.record.visits.opine(visit, anOpinion({ author: 'Dr Cy', writtenAt: 9 }));
    const forged = { ...honest, note: 'All fine.', writtenAt: 8.64e15 };
    const file = await packed(
      {
        'lentigo-backup.json': bytes({ ...caseHeader, case: { pseudonymised: true, from: null } }),
        [`opinions/${visit}.json`]: bytes({ examination: visit, opinions: [forged, forged] }),
      },
      sender,
    );
    expect((await open(sender, file)).opinion).toEqual({ added: 1, changed: 0, same: 1, homeless: 0 });
    const { opinions } = await visitOf(sender, visit);
    expect(opinions).toHaveLength(3);
    expect(opinions).toContainEqual(honest);
    // Its date is not later than today.
    expect(Math.max(...opinions.map(({ writtenAt }) => writtenAt))).toBeLessThanOrEqual(Date.UTC(2100, 0));
  });

  it('on a visit that is not here is counted, and changes nothing', async () => {
    await sender.record.visits.opine(visit, anOpinion());
    const before = await rowsOf(colleague);
    const { opinion } = await open(colleague, await opinionsFile(sender, colleague, { lesion }));
    expect(opinion).toEqual({ ...added(0), homeless: 1 });
    expect(await rowsOf(colleague)).toEqual(before);
  });
});

describe('a file that is no whole case', () => {
  async function refused(file: Blob): Promise<void> {
    const before = await rowsOf(sender);
    let code = 'accepted';
    try {
      await Restoration.prepare(sender.record, file, { identity: sender.identity });
    } catch (error) {
      code = asFailure(error).code;
    }
    expect(['backup-damaged', 'backup-foreign', 'backup-not-for-us', 'backup-too-new']).toContain(code);
    expect(await rowsOf(sender)).toEqual(before);
  }

  it('is refused when truncated or altered anywhere', async () => {
    await sender.record.visits.opine(visit, anOpinion());
    const file = await opinionsFile(sender, sender, { patient });
    const whole = new Uint8Array(await file.arrayBuffer());
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), async (at) => {
        const altered = whole.slice();
        altered[at] = (altered[at] ?? 0) ^ 1;
        await refused(new Blob([whole.slice(0, at)]));
        await refused(new Blob([altered]));
      }),
      { numRuns: 20, examples: [[0], [whole.length - 1]] },
    );
  });

  it('is refused when it is newer, or an opinion is not as it should be', async () => {
    const header = { ...caseHeader, case: { pseudonymised: true, from: null } };
    const name = `opinions/${visit}.json`;
    const withOpinions = (opinions: unknown, head: object = header) =>
      packed({ 'lentigo-backup.json': bytes(head), [name]: bytes({ examination: visit, opinions }) }, sender);
    const sound = await withOpinions([anOpinion()]);
    expect(
      (await Restoration.prepare(sender.record, sound, { identity: sender.identity })).plan.opinion,
    ).toEqual({
      ...added(1),
      homeless: 0,
    });
    await refused(await withOpinions([anOpinion()], { ...header, version: 4 }));
    await refused(await withOpinions([anOpinion({ author: 'x'.repeat(201) })]));
    await refused(await withOpinions([{ ...anOpinion(), id: '../../patients' }]));
    await refused(await withOpinions([anOpinion({ writtenAt: -1 })]));
    await refused(await withOpinions('none'));
    const misnamed = { examination: crypto.randomUUID(), opinions: [] };
    await refused(await packed({ 'lentigo-backup.json': bytes(header), [name]: bytes(misnamed) }, sender));
  });
});
