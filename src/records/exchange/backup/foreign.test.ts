// Longer than 300 lines: the cases share the tablets and the tampered files that they are made of.
/** Files that somebody else made, or whose clock was wrong, against a record that has content. */
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AgeWorkerHere } from '../../../test/age-worker';
import { aLesion, aPatient, aVisit } from '../../../test/visits';
import { asFailure } from '../../../failure';
import type { IsoDay } from '../../../domain/calendar/calendar';
import type { Crop } from '../../../domain/crop';
import type { Visit } from '../../../domain/visit/visit';
import { otherVersions } from '../../../domain/lineage/lineage';
import { HealthRecord } from '../../record';
import { tracedPicture } from '../../picture-lineage';
import { AgeFile, encrypted } from '../age';
import { signed, signer } from '../signing-key';
import { mostListed } from './changes';
import { Restoration } from './restore';
import { saveBackup } from './save';

vi.setConfig({ testTimeout: 120_000 });

const secret = { passphrase: 'correct horse battery staple', cost: 4 };
const day = 24 * 60 * 60 * 1000;

let opened: HealthRecord[] = [];
let clock = 0;

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

/** @param offset of its clock, in milliseconds */
function tablet(name: string, offset = 0): HealthRecord {
  const record = new HealthRecord(name, () => new Date(Date.UTC(2026, 5, 1) + offset + (clock += 1000)));
  opened.push(record);
  return record;
}

async function backup(record: HealthRecord): Promise<Blob> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await saveBackup(record, (bytes) => Promise.resolve(void chunks.push(bytes)), { lock: secret });
  return new Blob(chunks);
}

async function restore(record: HealthRecord, file: Blob): Promise<Restoration['plan']> {
  const restoration = await Restoration.prepare(record, file, secret);
  await restoration.apply();
  return restoration.plan;
}

async function entriesOf(file: Blob): Promise<Record<string, Uint8Array>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of (await AgeFile.open(file, secret)).plain(() => undefined)) parts.push(chunk);
  return unzipSync(new Uint8Array(await new Blob(parts).arrayBuffer()));
}

async function packed(entries: Record<string, Uint8Array>): Promise<Blob> {
  const plain = Uint8Array.from(zipSync(entries));
  const parts: Uint8Array<ArrayBuffer>[] = [];
  async function* once() {
    await Promise.resolve();
    yield plain;
  }
  for await (const chunk of encrypted(once(), secret)) parts.push(chunk);
  return new Blob(parts);
}

type Json = Record<string, unknown>;

/** A file whose JSON entries somebody has changed. */
async function tampered(file: Blob, change: (name: string, value: Json) => Json | undefined): Promise<Blob> {
  const entries = await entriesOf(file);
  for (const [name, data] of Object.entries(entries)) {
    if (!name.endsWith('.json')) continue;
    const next = change(name, JSON.parse(new TextDecoder().decode(data)) as Json);
    entries[name] = new TextEncoder().encode(next ? JSON.stringify(next) : '');
  }
  return packed(Object.fromEntries(Object.entries(entries).filter(([, { length }]) => length > 0)));
}

async function filled(name: string, offset = 0) {
  const record = tablet(name, offset);
  const patient = await record.patients.add(aPatient);
  const lesion = await record.lesions.add(aLesion, patient);
  const visit = await record.visits.add({ ...aVisit, lesion, note: 'dark rim' });
  return { record, patient, lesion, visit };
}

/** All that is written in a record; not how often it was written. */
async function contents(record: HealthRecord) {
  await record.catalogue.build();
  const bare = (row: object | undefined) => ({ ...row, revision: 0, updatedAt: 0 });
  const { patients, lesions, visits } = record.catalogue;
  const ids = (rows: ReadonlyMap<string, unknown>) => [...rows.keys()].sort();
  return {
    patients: await Promise.all(ids(patients).map(async (id) => bare(await record.patients.get(id)))),
    lesions: await Promise.all(ids(lesions).map(async (id) => bare(await record.lesions.get(id)))),
    visits: await Promise.all(
      ids(visits).map(async (id) => {
        const visit = (await record.visits.get(id)) as Visit;
        const pictures = visit.pictures.map((picture) => ({ ...picture, image: undefined }));
        return { ...bare(visit), thumbnail: undefined, pictures };
      }),
    ),
  };
}

const pictureSteps = ['add', 'remove', 'describe', 'read again', 'day'] as const;
type PictureStep = (typeof pictureSteps)[number];

const isPictureStep = (step: string): step is PictureStep => pictureSteps.some((each) => each === step);

/** @param which decides what it becomes */
async function changePictures(
  { visits }: HealthRecord,
  { id, pictures, thumbnail }: Visit,
  step: PictureStep,
  which: number,
): Promise<void> {
  const picture = pictures[which % pictures.length] ?? pictures[0];
  if (step === 'add') await visits.addPicture(id, aVisit);
  else if (step === 'remove') await visits.removePicture(id, picture.id);
  else if (step === 'describe') {
    await visits.describe(id, picture.id, { kind: which % 2 ? 'overview' : 'dermatoscope' });
  } else if (step === 'day') await visits.setDay(id, `2025-03-0${(which % 9) + 1}` as IsoDay);
  else {
    const { image, size, reading } = picture;
    const frame = { x: 0, y: 0, side: which + 1 };
    await visits.readAgain(id, picture.id, { reading, size, frame, picture: image, thumbnail });
  }
}

/** What an attacker would write over a record: everything, for ever. */
function hostile(name: string, value: Json): Json | undefined {
  if (name === 'lentigo-signature.json') return undefined;
  if (name === 'lentigo-backup.json') {
    return { ...value, record: undefined };
  }
  const later = { ...value, updatedAt: 8e15, note: 'all fine' };
  if (name.startsWith('patients/')) return { ...later, name: 'Somebody Else' };
  return name.startsWith('lesions/')
    ? { ...later, patient: null }
    : { ...later, lesion: null, patient: null };
}

describe('a file that this record did not sign', () => {
  it('changes nothing that is here, however late its dates: what differs comes as new rows', async () => {
    const { record } = await filled('here');
    const before = await contents(record);
    const file = await tampered(await backup(record), hostile);
    const plan = await restore(record, file);
    expect(plan).toMatchObject({ source: 'other', copies: 3, changes: [] });
    for (const tally of [plan.patient, plan.lesion, plan.visit]) {
      expect(tally).toEqual({ added: 1, changed: 0, same: 0 });
    }
    const after = await contents(record);
    for (const of of ['patients', 'lesions', 'visits'] as const) {
      expect(after[of]).toHaveLength(2);
      expect(after[of]).toEqual(expect.arrayContaining(before[of]));
    }
    // The same file again finds what it has added.
    const again = await restore(record, file);
    expect(again.patient).toEqual({ added: 0, changed: 0, same: 1 });
    expect(again.visit).toEqual({ added: 0, changed: 0, same: 1 });
    expect(await contents(record)).toEqual(after);
    // Nothing of it is later than today.
    const { database } = await record.store.open();
    for (const [createdAt] of await database.getAllKeys('examinations')) {
      expect(createdAt.getTime()).toBeLessThan(Date.UTC(2027, 0));
    }
  });

  it('changes nothing that is here, however it is made up, and adds nothing when it comes again', async () => {
    const { record } = await filled('here');
    const whole = await backup(record);
    const start = await contents(record);
    const future = Date.UTC(2090, 0);
    const lie = fc.record({
      header: fc.constantFrom('no case and no key', 'case', 'another key', 'case and this key'),
      late: fc.boolean(),
      words: fc.constantFrom(undefined, 'all fine', ''),
      orphaned: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(lie, async ({ header, late, words, orphaned }) => {
        const file = await tampered(whole, (name, value) => {
          if (name === 'lentigo-signature.json') return undefined;
          if (name === 'lentigo-backup.json') {
            const keys: Readonly<Record<string, unknown>> = {
              'another key': { id: crypto.randomUUID(), key: btoa('x'.repeat(32)) },
              'case and this key': value['record'],
            };
            return {
              ...value,
              record: keys[header],
              ...(header.startsWith('case') && { case: { pseudonymised: false, from: null } }),
              ...(late && { createdAt: new Date(future).toISOString() }),
            };
          }
          const isVisit = name.startsWith('examinations/');
          const at = { date: '2090-01-01', text: 'x', code: 'nv' };
          return {
            ...value,
            ...(late && { updatedAt: future }),
            ...(late &&
              isVisit && { createdAt: new Date(future).toISOString(), day: '2090-01-01', diagnosis: at }),
            ...(words !== undefined && { note: words }),
            ...(orphaned && !name.startsWith('patients/') && { patient: null }),
            ...(orphaned && isVisit && { lesion: null }),
          };
        });
        const before = await contents(record);
        const plan = await restore(record, file);
        expect(plan.changes).toEqual([]);
        for (const { changed } of [plan.patient, plan.lesion, plan.visit]) expect(changed).toBe(0);
        const after = await contents(record);
        for (const of of ['patients', 'lesions', 'visits'] as const) {
          expect(after[of]).toEqual(expect.arrayContaining(before[of]));
          expect(after[of]).toEqual(expect.arrayContaining(start[of]));
        }
        // Nothing is later than today, and the same file adds nothing on another day.
        const { database } = await record.store.open();
        for (const row of await database.getAll('examinations')) {
          expect([row.createdAt.getFullYear(), row.day.slice(0, 4)]).toEqual([2026, '2026']);
        }
        clock += day;
        const again = await restore(record, file);
        for (const { added, changed } of [again.patient, again.lesion, again.visit]) {
          expect([added, changed]).toEqual([0, 0]);
        }
        expect(await contents(record)).toEqual(after);
      }),
      { numRuns: 15 },
    );
  });

  it('is a backup of an unchanged record all the same: there is nothing to add', async () => {
    const { record } = await filled('here');
    const before = await contents(record);
    const unsigned = (name: string, value: Json) => {
      const rest = { ...value, record: undefined, lineage: undefined };
      return name === 'lentigo-signature.json' ? undefined : rest;
    };
    const plan = await restore(record, await tampered(await backup(record), unsigned));
    expect(plan).toMatchObject({ source: 'other', copies: 0, patient: { added: 0, same: 1 } });
    expect(await contents(record)).toEqual(before);
  });

  it('is refused where it says to be of this record and cannot prove it', async () => {
    const { record } = await filled('here');
    const before = await contents(record);
    const own = await backup(record);
    const ownKey = await signer(record.store);
    expect((await Restoration.prepare(record, own, secret)).plan.device).toBe(ownKey);
    const forgery = await signed(tablet('eve').store, 'backup', 'another');
    const forgeries = [
      tampered(own, (name, value) => (name.startsWith('patients/') ? { ...value, name: 'Eve' } : value)),
      tampered(own, (name, value) => (name === 'lentigo-signature.json' ? undefined : value)),
      tampered(own, (name, value) =>
        name === 'lentigo-signature.json' ? { signature: btoa('x'.repeat(32)) } : value,
      ),
      tampered(own, (name, value) =>
        name === 'lentigo-signature.json' ? { ...value, device: { ...forgery, key: ownKey } } : value,
      ),
    ];
    for (const file of await Promise.all(forgeries)) {
      const refused = await Restoration.prepare(record, file, secret).catch(asFailure);
      expect(refused).toMatchObject({ code: 'backup-damaged' });
    }
    // Of another key with the same name nothing counts as this record's.
    const renamed = await tampered(own, (name, value) =>
      name === 'lentigo-backup.json'
        ? { ...value, record: { ...(value['record'] as Json), key: btoa('x'.repeat(32)) } }
        : value,
    );
    expect(await Restoration.prepare(record, renamed, secret).catch(asFailure)).toMatchObject({
      code: 'backup-damaged',
    });
    expect(await contents(record)).toEqual(before);
  });

  it('of another record only adds, and its own tablets go on changing theirs', async () => {
    const [mine, other] = [await filled('mine'), await filled('other')];
    await restore(mine.record, await backup(other.record));
    await other.record.patients.edit(other.patient, { note: 'moved' }, { note: aPatient.note });
    const plan = await restore(mine.record, await backup(other.record));
    expect(plan).toMatchObject({ source: 'other', patient: { added: 1, changed: 0 } });
    expect(await mine.record.patients.get(other.patient)).toMatchObject({ note: aPatient.note });
  });
});

describe('tablets of one record', () => {
  it('bring over what a tablet wrote whose clock stood in 2024', async () => {
    const { record, visit, patient } = await filled('here');
    const there = tablet('there', -600 * day);
    await restore(there, await backup(record));
    await there.visits.edit(visit, { note: 'excised on Monday' }, { note: 'dark rim' });
    await there.patients.edit(patient, { reference: 'K-1' }, { reference: aPatient.reference });
    const plan = await restore(record, await backup(there));
    expect(plan).toMatchObject({ source: 'own', visit: { changed: 1 }, patient: { changed: 1 } });
    expect(plan.changes).toEqual([
      { of: 'patient', id: patient, field: 'reference', before: 'K-4711', after: 'K-1', beside: [] },
      {
        of: 'visit',
        id: visit,
        field: 'note',
        before: 'dark rim',
        after: 'excised on Monday',
        beside: [],
      },
    ]);
    expect(await record.visits.get(visit)).toMatchObject({ note: 'excised on Monday' });
    expect(await contents(record)).toEqual(await contents(there));
  });

  it('list all changes, so many at a time', async () => {
    const { record } = await filled('here');
    const ids: string[] = [];
    // Two changes each.
    for (let at = 0; at < mostListed / 2 + 15; at++) {
      ids.push(await record.patients.add({ ...aPatient, name: `patient ${at}` }));
    }
    const there = tablet('there');
    await restore(there, await backup(record));
    const { note, reference } = aPatient;
    for (const id of ids)
      await there.patients.edit(id, { note: 'moved', reference: 'K-1' }, { note, reference });
    const restoration = await Restoration.prepare(record, await backup(there), secret);
    const { changes, allChanges } = restoration.plan;
    expect(allChanges).toBe(2 * ids.length);
    expect(changes).toHaveLength(mostListed);
    const rest = await restoration.changesFrom(mostListed);
    expect(rest).toHaveLength(30);
    const listed = [...changes, ...rest].map(({ id, field }) => `${id}: ${field}`);
    const expected = ids.flatMap((id) => [`${id}: note`, `${id}: reference`]);
    expect(listed.sort()).toEqual(expected.sort());
    expect(await restoration.changesFrom(2 * ids.length)).toEqual([]);
  });

  it('keep both versions of a field that both have changed, and show them', async () => {
    const { record, visit } = await filled('here');
    const there = tablet('there', 400 * day);
    await restore(there, await backup(record));
    await record.visits.edit(visit, { note: 'from here' }, { note: 'dark rim' });
    await there.visits.edit(visit, { note: 'from there' }, { note: 'dark rim' });
    const plan = await restore(record, await backup(there));
    expect(plan.changes).toMatchObject([{ field: 'note', before: 'from here', beside: ['from here'] }]);
    await restore(there, await backup(record));
    expect(await contents(record)).toEqual(await contents(there));
    const both = (await record.visits.get(visit)) as Visit;
    expect([both.note, ...otherVersions(both, 'note')]).toEqual(['from there', 'from here']);
    await record.visits.edit(visit, { note: 'from both' }, { note: both.note });
    await restore(there, await backup(record));
    expect(await there.visits.get(visit)).toMatchObject({ note: 'from both' });
    expect(otherVersions((await there.visits.get(visit)) as Visit, 'note')).toEqual([]);
  });

  it('take away a picture that was removed, and do not bring it back', async () => {
    const { record, visit } = await filled('here');
    const removed = await record.visits.addPicture(visit, aVisit);
    const there = tablet('there', 400 * day);
    const old = await backup(record);
    await restore(there, old);
    await record.visits.removePicture(visit, removed ?? '');
    const plan = await restore(there, await backup(record));
    expect(plan.changes).toMatchObject([{ field: 'pictures' }]);
    for (const here of [record, there]) {
      await restore(here, old);
      expect(((await here.visits.get(visit)) as Visit).pictures).toHaveLength(1);
      const { database } = await here.store.open();
      expect([await database.count('pictures'), await database.count('images')]).toEqual([1, 1]);
    }
    expect(await contents(there)).toEqual(await contents(record));
  });

  const idsOf = async (here: HealthRecord, of: string) =>
    ((await here.visits.get(of)) as Visit | undefined)?.pictures.map(({ id }) => id) ?? [];

  async function twoVisits() {
    const { record, visit, lesion } = await filled('here');
    const second = crypto.randomUUID();
    const two = await record.visits.add({ ...aVisit, lesion, pictureId: second });
    const there = tablet('there', 400 * day);
    await restore(there, await backup(record));
    return { record, visit, second, two, there };
  }

  it('keep the removal of a picture beside what was changed of it and added elsewhere', async () => {
    const { record, visit, second, two, there } = await twoVisits();
    await record.visits.join(visit, [two]);
    const third = tablet('third');
    for (const each of [there, third]) await restore(each, await backup(record));
    await record.visits.removePicture(visit, second);
    await there.visits.describe(visit, second, { kind: 'overview' });
    const added = await third.visits.addPicture(visit, aVisit);
    const files = await Promise.all([record, there, third].map(backup));
    for (const each of [there, third, record]) {
      for (const file of files) await restore(each, file);
      const ids = await idsOf(each, visit);
      expect([ids.includes(second), ids.includes(added ?? '')]).toEqual([false, true]);
    }
  });

  it('keep one picture where each of two tablets has removed another of two', async () => {
    const { record, visit, second, two, there } = await twoVisits();
    await record.visits.join(visit, [two]);
    await restore(there, await backup(record));
    const [first = ''] = await idsOf(record, visit);
    await record.visits.removePicture(visit, second);
    await there.visits.removePicture(visit, first);
    const [ours, theirs] = [await backup(record), await backup(there)];
    await restore(record, theirs);
    await restore(there, ours);
    const kept = await idsOf(record, visit);
    expect(kept).toHaveLength(1);
    expect(await idsOf(there, visit)).toEqual(kept);
    // It stays when another one is added, for nobody has removed it since.
    const added = await there.visits.addPicture(visit, aVisit);
    await restore(record, await backup(there));
    await restore(record, theirs);
    expect(await idsOf(record, visit)).toEqual([...kept, added]);
  });

  it('bring a join over: the other visit becomes part of the first, with all pictures, and does not come back', async () => {
    const { record, visit, second, two, there } = await twoVisits();
    const before = await backup(there);
    await record.visits.join(visit, [two]);
    const third = await there.visits.addPicture(visit, aVisit);
    const opinion = { id: crypto.randomUUID(), author: 'Dr B', writtenAt: 1, code: 'mel', note: 'excise' };
    await there.visits.opine(two, opinion);
    const told: unknown[] = [];
    there.visits.onChange((change) => told.push(change));
    for (const round of ['once', 'again']) {
      await restore(there, await backup(record));
      await restore(record, await backup(there));
      expect([round, await idsOf(record, two), await idsOf(there, two)]).toEqual([round, [], []]);
      expect(await contents(there)).toEqual(await contents(record));
      expect(await idsOf(there, visit)).toEqual(expect.arrayContaining([second, third]));
      expect(await idsOf(there, visit)).toHaveLength(3);
    }
    expect(told).toContainEqual({ kind: 'removed', of: 'visit', ids: [two], into: visit });
    expect(await record.visits.get(visit)).toMatchObject({ opinions: [opinion] });
    const images = await Promise.all([second, third].map((id) => there.visits.image(id ?? '')));
    expect(images.map((image) => image?.size)).toEqual([aVisit.picture.size, aVisit.picture.size]);

    // Not even where the picture that it had was removed since.
    await there.visits.removePicture(visit, second);
    await restore(there, before);
    expect(await idsOf(there, two)).toEqual([]);
    expect(await idsOf(there, visit)).not.toContain(second);
    expect(await there.visits.image(second)).toBeUndefined();
  });

  it('leave a joined visit alone that was changed meanwhile, on whichever tablet', async () => {
    const { record, visit, second, two, there } = await twoVisits();
    await record.visits.join(visit, [two]);
    await there.visits.edit(two, { note: 'written meanwhile' }, { note: aVisit.note ?? '' });
    await there.visits.removePicture(visit, 'none');
    await restore(there, await backup(record));
    expect(await there.visits.get(two)).toMatchObject({ note: 'written meanwhile' });
    expect(await idsOf(there, two)).toEqual([second]);
    await restore(record, await backup(there));
    expect(await idsOf(record, visit)).toContain(second);
  });

  it('keep both crops in which two of them read one picture, while a third says of what kind it is', async () => {
    const { record, visit, two } = await twoVisits();
    await record.visits.join(visit, [two]);
    const tablets = [record, tablet('one', -300 * day), tablet('another', 900 * day), tablet('third')];
    const start = await backup(record);
    for (const each of tablets.slice(1)) await restore(each, start);
    for (const [at, each] of tablets.slice(0, 2).entries()) {
      const seen = (await each.visits.get(visit)) as Visit;
      await changePictures(each, seen, 'read again', at ? 4 : 2);
    }
    const [first, second] = ((await record.visits.get(visit)) as Visit).pictures;
    await tablets[2]?.visits.describe(visit, first.id, { kind: 'overview' });
    await tablets[2]?.visits.describe(visit, second?.id ?? '', { kind: 'overview' });
    const files = await Promise.all(tablets.map(backup));
    for (const [at, each] of tablets.entries()) {
      for (const n of [at, at + 1, at + 3, at + 2, at + 1]) await restore(each, files[n % 4] ?? start);
    }
    const [expected, ...others] = await Promise.all(tablets.map(contents));
    for (const other of others) expect(other).toEqual(expected);
    const [picture, next] = ((await record.visits.get(visit)) as Visit).pictures;
    expect([picture.kind, next?.kind]).toEqual(['overview', 'overview']);
    const [open] = otherVersions(tracedPicture(picture), 'reading') as [{ frame: Crop }];
    expect([picture.frame.side, open.frame.side].sort()).toEqual([3, 5]);

    // Whoever chooses one settles it everywhere.
    expect(await record.visits.settlePicture(visit, picture.id, 'reading', open)).toBe(true);
    const settled = await backup(record);
    for (const each of tablets.slice(1)) {
      await restore(each, settled);
      const [now] = ((await each.visits.get(visit)) as Visit).pictures;
      expect([now.frame, otherVersions(tracedPicture(now), 'reading')]).toEqual([open.frame, []]);
    }
  });

  it('come to the same record by any order and repetition of their files', async () => {
    const kinds = [
      'note',
      'name',
      'give',
      'assign',
      'visit',
      'restore',
      'restore',
      'join',
      ...pictureSteps,
    ] as const;
    const step = fc.record({
      at: fc.nat({ max: 2 }),
      what: fc.constantFrom(...kinds),
      text: fc.string({ maxLength: 4 }),
      from: fc.nat({ max: 2 }),
    });
    const offset = fc.integer({ min: -900, max: 900 }).map((days) => days * day);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(offset, offset, offset),
        fc.array(step, { minLength: 3, maxLength: 8 }),
        fc.array(fc.nat({ max: 2 }), { maxLength: 3 }),
        async (offsets, steps, first) => {
          globalThis.indexedDB = new IDBFactory();
          const one = await filled('0', offsets[0]);
          const other = await one.record.patients.add({ ...aPatient, name: 'Bob' });
          const two = await one.record.visits.add({ ...aVisit, lesion: one.lesion });
          const tablets = [one.record, tablet('1', offsets[1]), tablet('2', offsets[2])];
          const start = await backup(one.record);
          for (const there of tablets.slice(1)) await restore(there, start);
          for (const { at, what, text, from } of steps) {
            const here = tablets[at] ?? one.record;
            const visit = (await here.visits.get(one.visit)) as Visit;
            if (what === 'note') await here.visits.edit(one.visit, { note: text }, { note: visit.note });
            else if (what === 'name')
              await here.lesions.edit(one.lesion, { name: text }, { name: aLesion.name }).catch(() => false);
            else if (what === 'give')
              await here.lesions.give(one.lesion, text.length % 2 ? other : one.patient);
            else if (what === 'assign')
              await here.visits.assign(
                [one.visit],
                text.length % 2 ? { patient: other } : { lesion: one.lesion },
              );
            else if (what === 'join') await here.visits.join(one.visit, [two]);
            else if (isPictureStep(what)) await changePictures(here, visit, what, text.length);
            else if (what === 'visit') await here.visits.add({ ...aVisit, lesion: one.lesion });
            else await restore(here, await backup(tablets[from] ?? here));
          }
          const files = await Promise.all(tablets.map(backup));
          for (const [at, here] of tablets.entries()) {
            // Each in an order of its own, some of them twice.
            for (const file of [...first, at, at + 1, at + 2].map((n) => files[n % 3])) {
              if (file) await restore(here, file);
            }
          }
          const [a, b, c] = await Promise.all(tablets.map(contents));
          expect(b).toEqual(a);
          expect(c).toEqual(a);
          await Promise.all(tablets.map((each) => each.close()));
        },
      ),
      {
        numRuns: 50,
        // Two that joined visits, of which one then says another day than a third.
        examples: [
          [
            [day, 0, 0],
            [
              { at: 0, what: 'day', text: '', from: 0 },
              { at: 1, what: 'join', text: '', from: 0 },
              { at: 2, what: 'join', text: '', from: 0 },
              { at: 1, what: 'day', text: '', from: 0 },
              { at: 0, what: 'note', text: '', from: 0 },
              { at: 0, what: 'note', text: '', from: 0 },
            ],
            [],
          ],
          // One removes a picture, another adds one, and a third says another day of the one that was removed.
          [
            [0, 0, 0],
            [
              { at: 1, what: 'add', text: '', from: 0 },
              { at: 0, what: 'add', text: '', from: 0 },
              { at: 0, what: 'remove', text: '', from: 0 },
              { at: 0, what: 'note', text: '', from: 0 },
              { at: 0, what: 'note', text: '', from: 0 },
              { at: 2, what: 'day', text: '', from: 0 },
            ],
            [],
          ],
        ],
      },
    );
  });
});
