// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import 'fake-indexeddb/auto';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure, type FailureCode } from '../../../failure';
import { aLesion, aVisit, aPatient, measures, newVisits, outlines } from '../../../test/visits';
import type { IsoDay } from '../../../domain/calendar/calendar';
import { proposedKind } from '../../../domain/picture-kind';
import { AgeWorkerHere } from '../../../test/age-worker';
import type { Visit } from '../../../domain/visit/visit';
import { changedPicture, joinedPicture } from '../../picture-lineage';
import { HealthRecord } from '../../record';
import { AddressBook } from '../case/address-book';
import { AgeFile, encrypted, lockOf, newIdentity } from '../age';
import { Restoration } from './restore';
import { saveBackup, type Saved } from './save';

const passphrase = 'correct horse battery staple';
/** scrypt of the real cost takes a second or more each time. */
const cost = 4;

let opened: HealthRecord[] = [];
let clock = 0;

/** A device: the database of its own, or another tab of the same. */
function device(name: string): HealthRecord {
  const record = new HealthRecord(name, () => new Date(Date.UTC(2026, 0, 1) + (clock += 1000)));
  opened.push(record);
  return record;
}

// Sealing, scrypt and real programs, many times over.
vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', {});
  vi.stubGlobal('Worker', AgeWorkerHere);
});

afterEach(async () => {
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

async function backup(record: HealthRecord): Promise<{ file: Blob; saved: Saved }> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const saved = await saveBackup(record, (bytes) => Promise.resolve(void chunks.push(bytes)), {
    lock: { passphrase, cost },
  });
  return { file: new Blob(chunks), saved };
}

async function restore(record: HealthRecord, file: Blob): Promise<Restoration['plan']> {
  const restoration = await Restoration.prepare(record, file, { passphrase });
  await restoration.apply();
  return restoration.plan;
}

async function bytesOf(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

/** Everything that a record holds, in the clear. */
async function contents(record: HealthRecord) {
  const { database } = await record.store.open();
  const bare = (row: object | undefined) => ({ ...row, revision: 0 });
  const visits = [];
  for (const { id } of await record.visits.outline()) {
    const found = (await record.visits.get(id)) as Visit;
    visits.push({
      ...found,
      revision: 0,
      thumbnail: [found.thumbnail.type, await bytesOf(found.thumbnail)],
      pictures: await Promise.all(
        found.pictures.map(async (picture) => ({
          ...picture,
          image: [picture.image.type, await bytesOf(picture.image)],
        })),
      ),
    });
  }
  return {
    patients: await Promise.all(
      (await database.getAllKeys('patients')).map(async (id) => bare(await record.patients.get(id))),
    ),
    lesions: await Promise.all(
      (await database.getAllKeys('lesions')).map(async (id) => bare(await record.lesions.get(id))),
    ),
    visits,
  };
}

/** As `contents`, without where the fields come from. */
async function unmarked(record: HealthRecord): Promise<unknown> {
  const written = await contents(record);
  const bare = <R extends object>(row: R) => ({ ...row, lineage: undefined });
  return {
    patients: written.patients.map(bare),
    lesions: written.lesions.map(bare),
    visits: written.visits.map(bare),
  };
}

async function rowCount(record: HealthRecord): Promise<number> {
  const { database } = await record.store.open();
  const stores = ['patients', 'lesions', 'examinations', 'thumbnails', 'pictures', 'images'] as const;
  const counts = await Promise.all(stores.map((store) => database.count(store)));
  return counts.reduce((sum, count) => sum + count, 0);
}

const impression = {
  view: 'unsure',
  code: 'nv',
  confidence: 'high',
  writtenAt: 5,
  afterResult: false,
} as const;

/** One patient with a lesion seen twice, and a visit of nobody. */
async function filled(name: string): Promise<HealthRecord> {
  const record = device(name);
  const patient = await record.patients.add(aPatient);
  const lesion = await record.lesions.add(aLesion, patient);
  const said = { impression, day: '2024-02-29' as IsoDay, kind: 'overview' } as const;
  const first = await record.visits.add({ ...aVisit, ...said, patient, lesion, note: 'Süß, \u{1F600}' });
  await record.visits.addPicture(first, aVisit);
  await record.visits.add({ ...aVisit, lesion });
  await record.visits.add(aVisit);
  return record;
}

async function failure(work: Promise<unknown>): Promise<FailureCode> {
  const thrown: unknown = await work.then(
    () => 'no failure',
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(Failure);
  return (thrown as Failure).code;
}

/** An age file of any bytes. */
async function ageFile(plain: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  async function* once() {
    await Promise.resolve();
    yield plain;
  }
  for await (const chunk of encrypted(once(), { passphrase, cost })) parts.push(chunk);
  return new Blob(parts);
}

/** The entries of a backup's zip. */
async function entriesOf(file: Blob): Promise<Record<string, Uint8Array>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const opened = await AgeFile.open(file, { passphrase });
  for await (const chunk of opened.plain(() => undefined)) parts.push(chunk);
  return unzipSync(await bytesOf(new Blob(parts)));
}

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const header = { format: 'lentigo-backup', version: 1, createdAt: '2026-05-31T12:00:00.000Z' };

const same = (count: number) => ({ added: 0, changed: 0, same: count });
const added = (count: number) => ({ added: count, changed: 0, same: 0 });

describe('a backup', () => {
  it('gives the same record on another device, and does nothing the second time', async () => {
    const [here, there] = [await filled('here'), device('there')];
    const { file, saved } = await backup(here);
    expect(saved).toEqual({ patients: 1, lesions: 1, visits: 3, damaged: 0 });

    const restoration = await Restoration.prepare(there, file, { passphrase });
    expect(await rowCount(there)).toBe(0);
    expect(restoration.plan).toMatchObject({
      patient: added(1),
      lesion: added(1),
      visit: added(3),
    });
    await restoration.apply();
    expect(await contents(there)).toEqual(await contents(here));

    const told: unknown[] = [];
    there.visits.onChange((change) => told.push(change));
    const again = await restore(there, file);
    expect(again).toMatchObject({ patient: same(1), lesion: same(1), visit: same(3), bytes: 0 });
    expect(told).toEqual([]);
    expect(await contents(there)).toEqual(await contents(here));
  });

  it('brings any visit over unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(newVisits, { minLength: 1, maxLength: 3 }), async (all) => {
        globalThis.indexedDB = new IDBFactory();
        const [here, there] = [device('here'), device('there')];
        for (const each of all) await here.visits.add(each);
        await restore(there, (await backup(here)).file);
        expect(await contents(there)).toEqual(await contents(here));
      }),
      { numRuns: 5 },
    );
  });

  it('of the first form, which knew no opinions, is read as it was', async () => {
    const [here, there] = [await filled('here'), device('there')];
    const entries = await entriesOf((await backup(here)).file);
    for (const [name, data] of Object.entries(entries)) {
      if (!name.endsWith('.json')) continue;
      const written = JSON.parse(new TextDecoder().decode(data)) as Record<string, unknown>;
      expect('opinions' in written).toBe(name.endsWith('examination.json'));
      const { lineage, record } = written;
      const older = { ...written, opinions: undefined, lineage: undefined, record: undefined };
      expect([lineage, record].filter(Boolean)).toHaveLength(name.endsWith('signature.json') ? 0 : 1);
      entries[name] = json(record ? { ...older, version: 1 } : older);
    }
    delete entries['lentigo-signature.json'];
    await restore(there, await ageFile(zipSync(entries)));
    expect(await unmarked(there)).toEqual(await unmarked(here));
  });

  it('from before visits had a day is read with that of their time, and with the kinds that are proposed', async () => {
    const [here, there] = [await filled('here'), device('there')];
    const entries = await entriesOf((await backup(here)).file);
    delete entries['lentigo-signature.json'];
    const added = new Set(['day', 'impression', 'kind', 'capturedOn', 'skinType']);
    const dropped = new Set<string>();
    for (const [name, data] of Object.entries(entries)) {
      if (!name.endsWith('.json')) continue;
      const older: unknown = JSON.parse(new TextDecoder().decode(data), (key, value: unknown) => {
        if (key === 'record' || key === 'lineage') return undefined;
        if (!added.has(key)) return value;
        dropped.add(key);
        return undefined;
      });
      entries[name] = json(older);
    }
    expect(dropped).toEqual(added);
    await restore(there, await ageFile(zipSync(entries)));
    const written = (await unmarked(here)) as Awaited<ReturnType<typeof contents>>;
    const day = '2026-01-01';
    const { gate, accepted } = aVisit.reading;
    const before = { kind: proposedKind(gate, accepted), capturedOn: day };
    expect(await unmarked(there)).toEqual({
      ...written,
      patients: written.patients.map((patient) => ({ ...patient, skinType: null })),
      // The one that was of another day stands among those of its time now.
      visits: [...written.visits]
        .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
        .map((one) => ({
          ...one,
          day,
          impression: null,
          pictures: one.pictures.map((picture) => ({ ...picture, ...before })),
        })),
    });
  });

  it('keeps the opinions of both, whichever version is later', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    const id = (await here.visits.outline())[0]?.id ?? '';
    const opinion = (author: string, writtenAt: number) => ({
      id: crypto.randomUUID(),
      author,
      writtenAt,
      code: null,
      note: '',
    });
    const [one, two] = [opinion('Dr One', 1), opinion('Dr Two', 2)];
    await here.visits.opine(id, two);
    await there.visits.opine(id, one);
    await restore(there, (await backup(here)).file);
    await restore(here, (await backup(there)).file);
    for (const record of [here, there]) {
      expect(await record.visits.get(id)).toMatchObject({ opinions: [one, two] });
    }
  });

  it('keeps the later version and the pictures of both', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    const [newest] = await here.visits.outline();
    const id = newest?.id ?? '';
    await there.visits.edit(id, { note: 'earlier' }, { note: '' });
    await there.visits.addPicture(id, aVisit);
    await here.visits.edit(id, { note: 'later' }, { note: '' });

    const changed = { patient: same(1), visit: { added: 0, changed: 1, same: 2 } };
    expect(await restore(there, (await backup(here)).file)).toMatchObject(changed);
    const merged = (await there.visits.get(id)) as Visit;
    expect([merged.note, merged.pictures.length]).toEqual(['later', 2]);
    await there.visits.edit(id, { note: 'last' }, { note: 'later' });
    expect(await restore(there, (await backup(here)).file)).toMatchObject({ visit: same(3) });
    expect(await restore(here, (await backup(there)).file)).toMatchObject(changed);
    expect(await contents(here)).toEqual(await contents(there));
  });

  it('brings over measures and owners that are newer', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    const [newest, , oldest] = await here.visits.outline();
    const [lesion] = await here.catalogue.build().then(() => [...here.catalogue.lesions.keys()]);
    const measuredOne = (await here.visits.get(oldest?.id ?? '')) as Visit;
    const [outline] = fc.sample(outlines, { seed: 1, numRuns: 1 });
    const [measured] = fc.sample(measures, { seed: 1, numRuns: 1 });
    if (!outline || !measured || lesion === undefined) throw new Error('no sample');
    await here.visits.measure(measuredOne.id, measuredOne.pictures[0].id, { outline });
    await here.visits.assign([newest?.id ?? ''], { lesion });

    const changed = { visit: { added: 0, changed: 2, same: 1 } };
    expect(await restore(there, (await backup(here)).file)).toMatchObject(changed);
    expect(await contents(there)).toEqual(await contents(here));

    // The image that is here may have been shrunk since.
    const shrunk = {
      ...measuredOne.pictures[0],
      size: { width: 9, height: 9 },
      frame: { x: 0, y: 0, side: 9 },
    };
    const whole = { ...measuredOne.pictures[0], size: { width: 18, height: 18 }, outline };
    const frame = { x: 2, y: 0, side: 16 };
    const readAgain = changedPicture('there', whole, { ...whole, frame }, 1);
    expect(joinedPicture(shrunk, readAgain)).toMatchObject({
      outline,
      size: shrunk.size,
      frame: { x: 1, y: 0, side: 8 },
    });

    // Measured here, and later something else there: both are kept.
    await here.visits.measure(measuredOne.id, measuredOne.pictures[0].id, { measures: measured });
    await there.visits.edit(measuredOne.id, { note: 'later' }, { note: measuredOne.note });
    await restore(here, (await backup(there)).file);
    const both = (await here.visits.get(measuredOne.id)) as Visit;
    expect(both).toMatchObject({ note: 'later', pictures: [{ outline, measures: measured }, {}] });
  });

  it('from before visits were joined changes nothing of the joined one, and brings none of them twice', async () => {
    const here = await filled('here');
    const { file } = await backup(here);
    const [one, two] = await here.visits.outline();
    await here.visits.join(one?.id ?? '', [two?.id ?? '']);
    const joined = await contents(here);
    expect(await restore(here, file)).toMatchObject({ visit: { added: 0, changed: 0, same: 3 } });
    expect(await contents(here)).toEqual(joined);
  });

  it('brings over a picture that was read again with another crop', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    const [newest] = await here.visits.outline();
    const visit = (await here.visits.get(newest?.id ?? '')) as Visit;
    const [picture] = visit.pictures;
    const again = { ...picture, frame: { x: 0, y: 0, side: 1 }, reading: { ...picture.reading, top: 'df' } };
    await here.visits.readAgain(visit.id, picture.id, {
      ...again,
      picture: picture.image,
      thumbnail: visit.thumbnail,
    });
    await restore(there, (await backup(here)).file);
    expect(await contents(there)).toEqual(await contents(here));
  });

  it('brings over what was given to another patient since', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    await here.catalogue.build();
    const [lesion] = here.catalogue.lesions.keys();
    const [patient] = here.catalogue.patients.keys();
    if (lesion === undefined || patient === undefined) throw new Error('nothing filled');
    const belongingThere = async () => {
      await restore(there, (await backup(here)).file);
      const course = await there.visits.course(lesion);
      return new Set([(await there.lesions.get(lesion))?.patient, ...course.map((one) => one.patient)]);
    };
    const other = await here.patients.add({ ...aPatient, name: 'Bob' });
    await here.lesions.give(lesion, other);
    expect(await belongingThere()).toEqual(new Set([other]));
    const merge = await here.patients.merge(patient, other);
    expect(await belongingThere()).toEqual(new Set([patient]));
    await merge?.undo();
    expect(await belongingThere()).toEqual(new Set([other]));
  });

  it('tells of visits that only go over with their lesion', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    await Promise.all([here, there].map(({ catalogue }) => catalogue.build()));
    const [lesion] = here.catalogue.lesions.keys();
    if (lesion === undefined) throw new Error('nothing filled');
    const onlyThere = await there.visits.add({ ...aVisit, lesion });
    const other = await here.patients.add({ ...aPatient, name: 'Bob' });
    await here.lesions.give(lesion, other);
    await restore(there, (await backup(here)).file);
    expect(await there.visits.get(onlyThere)).toMatchObject({ patient: other });
    await vi.waitFor(() => expect(there.catalogue.visits.get(onlyThere)).toMatchObject({ patient: other }));
    const again = device('there');
    await again.catalogue.build();
    for (const of of ['patients', 'lesions', 'visits'] as const) {
      const [restored, read]: ReadonlyMap<string, unknown>[] = [there.catalogue[of], again.catalogue[of]];
      expect(new Map(restored)).toEqual(new Map(read));
    }
  });

  it('leaves out what is damaged, and mends it where it is restored', async () => {
    const here = await filled('here');
    const { file } = await backup(here);
    const whole = await contents(here);
    const [newest] = await here.visits.outline();
    const { database } = await here.store.open();
    const row = await database.getFromIndex('examinations', 'id', newest?.id ?? '');
    if (!row) throw new Error('no row');
    await database.put('examinations', { ...row, content: new Uint8Array(40) });
    expect((await backup(here)).saved).toEqual({ patients: 1, lesions: 1, visits: 2, damaged: 1 });

    expect(await restore(here, file)).toMatchObject({ visit: { added: 0, changed: 1, same: 2 } });
    expect(await contents(here)).toEqual(whole);
  });

  it('stops when it is told to', async () => {
    const here = await filled('here');
    const { file } = await backup(here);
    const ended = AbortSignal.abort();
    const write = () => Promise.resolve();
    expect(await failure(saveBackup(here, write, { lock: { passphrase, cost }, signal: ended }))).toBe(
      'aborted',
    );
    const there = device('there');
    expect(await failure(Restoration.prepare(there, file, { passphrase }, { signal: ended }))).toBe(
      'aborted',
    );
    expect(await rowCount(there)).toBe(0);
  });

  it('is resumed after a stop half-way', async () => {
    const [here, there] = [await filled('here'), device('there')];
    const { file } = await backup(here);
    const restoration = await Restoration.prepare(there, file, { passphrase });
    const stop = new AbortController();
    there.visits.onChange(() => stop.abort());
    expect(await failure(restoration.apply({ signal: stop.signal }))).toBe('aborted');
    expect(await there.visits.count()).toBe(0);
    expect(await rowCount(there)).toBeGreaterThan(0);
    await restoration.apply();
    expect(await contents(there)).toEqual(await contents(here));
  });

  it('is refused before anything is written where there is no room', async () => {
    const { file } = await backup(await filled('here'));
    const there = device('there');
    vi.stubGlobal('navigator', {
      storage: { estimate: () => Promise.resolve({ quota: 1000, usage: 999 }) },
    });
    const restoration = await Restoration.prepare(there, file, { passphrase });
    expect(await failure(restoration.apply())).toBe('storage-full');
    expect(await rowCount(there)).toBe(0);
  });

  it('needs no room for pictures that are here already', async () => {
    const [here, there] = [await filled('here'), device('there')];
    await restore(there, (await backup(here)).file);
    const [newest, , oldest] = await here.visits.outline();
    await here.visits.edit(newest?.id ?? '', { note: 'later' }, { note: '' });
    const texts = (await backup(here)).file;
    await here.visits.addPicture(oldest?.id ?? '', aVisit);
    const withPicture = (await backup(here)).file;
    const estimate = () => Promise.resolve({ quota: 1000, usage: 1000 });
    vi.stubGlobal('navigator', { storage: { estimate } });
    expect((await Restoration.prepare(there, withPicture, { passphrase })).plan.bytes).toBe(
      aVisit.picture.size + aVisit.thumbnail.size,
    );
    expect(await failure(restore(there, withPicture))).toBe('storage-full');
    expect(await restore(there, texts)).toMatchObject({ bytes: 0, visit: { changed: 1 } });
    expect(await there.visits.get(newest?.id ?? '')).toMatchObject({ note: 'later' });
  });
});

describe('a file that is no whole backup', () => {
  async function refused(file: Blob, secret = passphrase): Promise<FailureCode> {
    const there = device('there');
    const code = await failure(Restoration.prepare(there, file, { passphrase: secret }));
    expect(await rowCount(there)).toBe(0);
    return code;
  }

  it('is told from a wrong passphrase', async () => {
    const { file } = await backup(await filled('here'));
    expect(await refused(file, 'Correct horse battery staple')).toBe('backup-passphrase');
  });

  it('is refused when truncated or altered anywhere', async () => {
    const bytes = await bytesOf((await backup(await filled('here'))).file);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (at) => {
        const altered = bytes.slice();
        altered[at] = (altered[at] ?? 0) ^ 1;
        const codes = ['backup-damaged', 'backup-foreign', 'backup-passphrase'];
        expect(codes).toContain(await refused(new Blob([bytes.slice(0, at)])));
        expect(codes).toContain(await refused(new Blob([altered])));
      }),
      // An altered header may ask scrypt for up to a quarter of a gigabyte.
      { numRuns: 12, examples: [[bytes.length - 1], [0], [300]] },
    );
  });

  it('is refused when it is of another kind or newer', async () => {
    expect(await refused(new Blob(['PK\x03\x04, and no age file']))).toBe('backup-foreign');
    expect(await refused(await ageFile(json('no zip')))).toBe('backup-foreign');
    expect(await refused(await ageFile(zipSync({ 'other.txt': json(1) })))).toBe('backup-foreign');
    const newer = zipSync({ 'lentigo-backup.json': json({ ...header, version: 4, other: true }) });
    expect(await refused(await ageFile(newer))).toBe('backup-too-new');
  });

  it.each([
    ['of 65,000 x 65,000', [0xfd, 0xe8, 0xfd, 0xe8]],
    ['a little larger than Lentigo keeps them', [0, 64, 16, 1]],
  ])('is refused when its header says that a picture is %s', async (_, [top, low, left, right]) => {
    const entries = await entriesOf((await backup(await filled('here'))).file);
    const name = Object.keys(entries).find((each) => each.endsWith('.jpg')) ?? '';
    const picture = entries[name]?.slice();
    const frame = picture?.findIndex((byte, at) => byte === 0xff && picture[at + 1] === 0xc0) ?? -1;
    expect(frame).toBeGreaterThan(0);
    picture?.set([top, low, left, right].map(Number), frame + 5);
    const alike = await ageFile(zipSync(entries));
    await expect(Restoration.prepare(device('other'), alike, { passphrase })).resolves.toBeDefined();
    const made = { ...entries, [name]: picture ?? new Uint8Array() };
    expect(await refused(await ageFile(zipSync(made)))).toBe('backup-damaged');
  });

  it('is refused when a picture is of another type than it says, or none', async () => {
    const entries = await entriesOf((await backup(await filled('here'))).file);
    const name = Object.keys(entries).find((each) => each.endsWith('.jpg')) ?? '';
    for (const other of ['GIF89a', '\0\0\u0001\0 an icon', '<svg xmlns="http://www.w3.org/2000/svg"/>']) {
      const made = { ...entries, [name]: new TextEncoder().encode(other) };
      expect(await refused(await ageFile(zipSync(made)))).toBe('backup-damaged');
    }
  });

  it('is refused when it unpacks to more than it may, or holds what does not belong there', async () => {
    const start = { 'lentigo-backup.json': json(header) };
    const bulky = (megabytes: number) => {
      const id = crypto.randomUUID();
      const patient = { id, ...aPatient, updatedAt: 1, note: ' '.repeat(megabytes << 20) };
      return { [`patients/${id}.json`]: json(patient) };
    };
    const wide = zipSync({ ...start, ...bulky(9) });
    expect(wide.length).toBeLessThan(1 << 16);
    expect(await refused(await ageFile(wide))).toBe('backup-damaged');
    const many = zipSync({ ...start, ...bulky(5), ...bulky(5) });
    expect(await refused(await ageFile(many))).toBe('backup-damaged');
    const stray = zipSync({ ...start, 'other/a.json': json({}) });
    expect(await refused(await ageFile(stray))).toBe('backup-damaged');
    const id = crypto.randomUUID();
    const misnamed = zipSync({
      ...start,
      [`patients/${crypto.randomUUID()}.json`]: json({ id, ...aPatient, updatedAt: 1 }),
    });
    expect(await refused(await ageFile(misnamed))).toBe('backup-damaged');
  });

  it('is refused when the runs of an outline do not fill its grid', async () => {
    const here = await filled('here');
    const [newest] = await here.visits.outline();
    const visit = (await here.visits.get(newest?.id ?? '')) as Visit;
    const mask = { width: 2, height: 2, runs: [4] };
    const outline = { method: 'brush' as const, mask, sidePixels: 2 };
    await here.visits.measure(visit.id, visit.pictures[0].id, { outline });
    const entries = await entriesOf((await backup(here)).file);
    const name = `examinations/${visit.id}/examination.json`;
    const text = new TextDecoder().decode(entries[name]);
    for (const runs of ['[9]', '[1,0,3]', '[]', '[4,2147483647]']) {
      const altered = text.replace('"runs":[4]', `"runs":${runs}`);
      expect(altered).not.toBe(text);
      const file = zipSync({ ...entries, [name]: new TextEncoder().encode(altered) });
      expect(await refused(await ageFile(file))).toBe('backup-damaged');
    }
  });
});

describe('the real age program', () => {
  const installed =
    spawnSync('age', ['--version']).status === 0 && spawnSync('script', ['--version']).status === 0;
  const names = [1, 1, 1, 3, 3, 4, 1];
  let folder = '';

  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'lentigo-age-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(program: string, ...args: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  }

  function unpacked(): string[] {
    return Object.keys(unzipSync(readFileSync(path.join(folder, 'backup.zip'))));
  }

  it.skipIf(!installed)('opens it (needs `age` and `script`)', async () => {
    const { file } = await backup(await filled('here'));
    writeFileSync(path.join(folder, 'backup.age'), await bytesOf(file));
    // It asks for a passphrase on a terminal only.
    const { status } = spawnSync(
      'script',
      ['-qec', 'age -d -o backup.zip backup.age', path.join(folder, 'log')],
      { cwd: folder, input: `${passphrase}\n`, timeout: 30_000 },
    );
    expect(status).toBe(0);
    expect(unpacked()[0]).toBe('lentigo-backup.json');
    expect(unpacked()).toHaveLength(names.reduce((sum, count) => sum + count));
  });

  it.skipIf(!installed)('opens what was written to its address, and writes to ours', async () => {
    const [here, there] = [await filled('here'), device('there')];
    const theirs = run('age-keygen', '-o', 'theirs.txt') || run('age-keygen', '-y', 'theirs.txt');
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await saveBackup(here, (bytes) => Promise.resolve(void chunks.push(bytes)), {
      lock: { recipients: [theirs.trim()] },
    });
    writeFileSync(path.join(folder, 'backup.age'), await bytesOf(new Blob(chunks)));
    run('age', '-d', '-i', 'theirs.txt', '-o', 'backup.zip', 'backup.age');
    expect(unpacked()).toHaveLength(names.reduce((sum, count) => sum + count));

    const ours = new AddressBook(there.store);
    const { address } = await ours.introduce('Dr Ada Quill');
    run('age', '-r', address, '-o', 'back.age', 'backup.zip');
    const back = new Blob([readFileSync(path.join(folder, 'back.age'))]);
    expect(await lockOf(back)).toBe('recipient');
    const identity = (await ours.identity()) ?? '';
    const stranger = await newIdentity();
    const refused = [
      Restoration.prepare(there, back, stranger),
      Restoration.prepare(there, back, { passphrase }),
    ];
    expect(await Promise.all(refused.map(failure))).toEqual(['backup-not-for-us', 'backup-not-for-us']);
    await (await Restoration.prepare(there, back, { identity })).apply();
    expect(await contents(there)).toEqual(await contents(here));
  });
});
