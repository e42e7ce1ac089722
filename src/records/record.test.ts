// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outline } from '../domain/outline/outline';
import { aLesion, aVisit, aPatient, lesionFields, patientFields } from '../test/visits';
import type { RecordChange } from './changes';
import { openDatabase } from './store/database';
import { HealthRecord } from './record';

let opened: HealthRecord[] = [];
let clock = 0;

function open(): HealthRecord {
  const record = new HealthRecord('records', () => new Date((clock += 1000)));
  opened.push(record);
  return record;
}

beforeEach(() => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
});

afterEach(async () => {
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

/** A patient with a lesion that has two visits, and one visit of no lesion. */
async function practice(record: HealthRecord) {
  const patient = await record.patients.add(aPatient);
  const lesion = await record.lesions.add(aLesion, patient);
  const first = await record.visits.add({ ...aVisit, lesion });
  const second = await record.visits.add({ ...aVisit, lesion });
  const loose = await record.visits.add({ ...aVisit, patient });
  return { patient, lesion, first, second, loose };
}

async function everything(): Promise<unknown> {
  const database = await openDatabase('records');
  const names = [...database.objectStoreNames].filter((name) => name !== 'keys');
  const rows = await Promise.all(names.map((name) => database.getAll(name) as Promise<unknown[]>));
  database.close();
  return Object.fromEntries(names.map((name, at) => [name, rows[at]]));
}

describe('patients and lesions', () => {
  it('come back as they were', () =>
    fc.assert(
      fc.asyncProperty(patientFields, lesionFields, async (patient, lesion) => {
        const record = open();
        const id = await record.patients.add(patient);
        expect(await record.patients.get(id)).toEqual({
          ...patient,
          lineage: expect.any(Object) as unknown,
          id,
          revision: 1,
          updatedAt: clock,
          damaged: false,
        });
        const spot = await record.lesions.add(lesion, id);
        expect(await record.lesions.get(spot)).toMatchObject({ name: lesion.name, patient: id, revision: 1 });
      }),
      { numRuns: 20 },
    ));

  it('are edited field by field', async () => {
    const { patients, lesions } = open();
    const id = await patients.add(aPatient);
    expect(await patients.edit(id, { name: 'Ada Q.' }, aPatient)).toBe(true);
    expect(await patients.get(id)).toMatchObject({ ...aPatient, name: 'Ada Q.', revision: 2 });
    const lesion = await lesions.add(aLesion);
    const place = { view: 'left-palm', x: 0.1, y: 0.2 } as const;
    expect(await lesions.edit(lesion, { place }, aLesion)).toBe(true);
    expect(await lesions.get(lesion)).toMatchObject({ ...aLesion, place, patient: undefined });
    const unchecked = await lesions.add({ ...aLesion, nextCheck: null });
    const checked = new Map([[lesion, aLesion.nextCheck]]);
    expect(await lesions.nextChecks()).toEqual(checked);
    expect(await lesions.nextChecks([lesion, 'gone'])).toEqual(checked);
    expect((await lesions.nextChecks([unchecked])).size).toBe(0);
    expect(await patients.edit('none', {}, {})).toBe(false);
    expect(await lesions.edit('none', {}, {})).toBe(false);
  });

  it('are asked for their next checks without a key where there are none', async () => {
    const { lesions, store } = open();
    expect((await lesions.nextChecks()).size).toBe(0);
    expect(await (await store.database()).count('keys')).toBe(0);
  });

  it('are damaged one by one', async () => {
    const { patients } = open();
    const [one, two] = [await patients.add(aPatient), await patients.add(aPatient)];
    const database = await openDatabase('records');
    const row = await database.get('patients', one);
    if (row) await database.put('patients', { ...row, id: two });
    database.close();
    expect(await patients.get(two)).toEqual({ id: two, damaged: true });
    expect(await patients.get(one)).toMatchObject({ damaged: false });
  });
});

describe('two who write at once', () => {
  it('both keep what they wrote to different fields', async () => {
    const [one, two] = [open(), open()];
    const id = await one.patients.add(aPatient);
    await Promise.all([
      one.patients.edit(id, { name: 'B' }, aPatient),
      // A form sends all of its fields.
      two.patients.edit(id, { ...aPatient, note: 'C' }, aPatient),
    ]);
    expect(await one.patients.get(id)).toMatchObject({ name: 'B', note: 'C', revision: 3 });
  });

  it('do not overwrite each other in the same field: the second is told', async () => {
    const [one, two] = [open(), open()];
    const id = await one.visits.add(aVisit);
    const both = await Promise.allSettled([
      one.visits.edit(id, { note: 'B' }, { note: '' }),
      two.visits.edit(id, { note: 'C' }, { note: '' }),
    ]);
    const told = both.filter(({ status }) => status === 'rejected');
    expect(told).toMatchObject([{ reason: { code: 'record-stale' } }]);
    const kept = both[0].status === 'fulfilled' ? 'B' : 'C';
    expect(await one.visits.get(id)).toMatchObject({ note: kept });
  });

  it('keep what was measured, whatever is written meanwhile', async () => {
    const [one, two] = [open(), open()];
    const id = await one.visits.add(aVisit);
    const stored = await one.visits.get(id);
    if (!stored || stored.damaged) throw new Error('not whole');
    const picture = stored.pictures[0].id;
    const outline: Outline = {
      method: 'brush',
      mask: { width: 2, height: 2, runs: [1, 2, 1] },
      sidePixels: 200,
    };
    const [measured, written] = await Promise.all([
      one.visits.measure(id, picture, { outline }),
      two.visits.edit(id, { note: 'n' }, stored),
    ]);
    expect([measured, written]).toEqual([true, true]);
    expect(await two.visits.get(id)).toMatchObject({ note: 'n', pictures: [{ outline }] });
    expect(await one.visits.measure(id, 'other', {})).toBe(false);
  });

  it('lose no picture', async () => {
    const [one, two] = [open(), open()];
    const id = await one.visits.add(aVisit);
    await Promise.all([
      one.visits.addPicture(id, aVisit),
      two.visits.addPicture(id, aVisit),
      one.visits.addPicture(id, aVisit),
    ]);
    const stored = await two.visits.get(id);
    expect(stored && !stored.damaged && stored.pictures.length).toBe(4);
  });
});

describe('belonging', () => {
  it('follows the lesion', async () => {
    const record = open();
    const { patient, lesion, first, second, loose } = await practice(record);
    expect(await record.visits.get(first)).toMatchObject({ patient, lesion });
    expect(await record.visits.get(loose)).toMatchObject({ patient, lesion: undefined });
    const other = await record.patients.add({ ...aPatient, name: 'Bob' });
    expect(await record.lesions.give(lesion, other)).toBe(true);
    expect(await record.visits.get(second)).toMatchObject({ patient: other, lesion });
    await record.visits.assign([first], { patient });
    expect(await record.visits.get(first)).toMatchObject({ patient, lesion: undefined });
    await record.visits.assign([first], {});
    expect(await record.visits.get(first)).toMatchObject({ patient: undefined, lesion: undefined });
    expect(await record.visits.course(lesion)).toMatchObject([{ id: second }]);
    expect(await record.visits.records([loose, 'gone', second])).toMatchObject([
      { id: loose, damaged: false },
      { id: second, damaged: false },
    ]);
  });

  it('to what is gone is to nobody, and the visit is kept', async () => {
    const record = open();
    const id = await record.visits.add({ ...aVisit, lesion: 'gone', patient: 'gone' });
    expect(await record.visits.get(id)).toMatchObject({ patient: undefined, lesion: undefined });
  });

  it('of a merged twin goes over to the one that stays', async () => {
    const record = open();
    const { patient, lesion, first, loose } = await practice(record);
    const stays = await record.patients.add({ ...aPatient, reference: '', note: 'the one' });
    const told: RecordChange[] = [];
    record.visits.onChange((change) => told.push(change));
    expect(await record.patients.merge(stays, patient)).toBeDefined();
    expect(await record.patients.get(patient)).toBeUndefined();
    expect(await record.patients.get(stays)).toMatchObject({
      reference: aPatient.reference,
      note: `the one\n${aPatient.note}`,
    });
    expect(await record.lesions.get(lesion)).toMatchObject({ patient: stays });
    for (const id of [first, loose]) {
      expect(await record.visits.get(id)).toMatchObject({ patient: stays, damaged: false });
    }
    expect(told.map(({ kind }) => kind)).toEqual(['changed', 'changed', 'changed', 'removed']);
    expect(await record.patients.merge(stays, stays)).toBeUndefined();
    expect(await record.patients.merge(stays, 'gone')).toBeUndefined();
    // Whoever knows the other ID still finds the person.
    const twice = await record.patients.add({ ...aPatient, reference: 'Z-9', note: '' });
    await record.patients.merge(stays, twice);
    expect(await record.patients.get(stays)).toMatchObject({
      reference: aPatient.reference,
      note: `the one\n${aPatient.note}\nZ-9`,
    });
  });

  it('of a merged twin is joined with what another window has written to both meanwhile', async () => {
    const [here, there] = [open(), open()];
    const stays = await here.patients.add({ ...aPatient, note: '' });
    const goes = await here.patients.add({ ...aPatient, reference: '', note: '' });
    // The page here has seen both; then the other window writes, before and while they are merged.
    await there.patients.edit(stays, { note: 'allergic' }, { note: '' });
    const [merge] = await Promise.all([
      here.patients.merge(stays, goes),
      there.patients.edit(stays, { reference: 'K-1' }, { reference: aPatient.reference }),
    ]);
    expect(merge).toBeDefined();
    expect(await here.patients.get(stays)).toMatchObject({ note: 'allergic', reference: 'K-1' });
  });

  it('of a merged twin comes back to it, and what was done since stays', async () => {
    const record = open();
    const { patient, lesion, first, loose } = await practice(record);
    const stays = await record.patients.add({ ...aPatient, note: 'the one' });
    const own = await record.lesions.add(aLesion, stays);
    const before = await record.patients.get(patient);
    const merge = await record.patients.merge(stays, patient);
    await record.visits.assign([loose], { patient: undefined });
    expect(await merge?.undo()).toBe(true);
    expect(await record.patients.get(patient)).toEqual(before);
    expect(await record.patients.get(stays)).toMatchObject({ note: 'the one', revision: 3 });
    expect(await record.lesions.get(lesion)).toMatchObject({ patient });
    expect(await record.lesions.get(own)).toMatchObject({ patient: stays });
    expect(await record.visits.get(first)).toMatchObject({ patient, lesion });
    expect(await record.visits.get(loose)).toMatchObject({ patient: undefined });

    const again = await record.patients.merge(stays, patient);
    const joined = `the one\n${aPatient.note}`;
    await record.patients.edit(stays, { note: 'edited' }, { note: joined });
    expect(await again?.undo()).toBe(true);
    expect(await record.patients.get(stays)).toMatchObject({ note: 'edited' });

    const last = await record.patients.merge(stays, patient);
    await record.patients.remove(stays);
    expect(await last?.undo()).toBe(false);
  });
});

describe('a new row', () => {
  it('that is sent twice is stored once', async () => {
    const record = open();
    const id = crypto.randomUUID();
    await Promise.all([record.patients.add(aPatient, id), record.patients.add(aPatient, id)]);
    const lesion = crypto.randomUUID();
    await Promise.all([record.lesions.add(aLesion, id, lesion), record.lesions.add(aLesion, id, lesion)]);
    expect(await record.patients.get(id)).toMatchObject({ ...aPatient, revision: 1 });
    expect(await record.lesions.get(lesion)).toMatchObject({ ...aLesion, revision: 1 });
  });
});

describe('deleting', () => {
  it('takes everything below with it, and can be taken back', async () => {
    const record = open();
    const { patient } = await practice(record);
    const other = await practice(record);
    const before = await everything();
    const removal = await record.patients.remove(patient);
    expect(removal).toMatchObject({ patients: 1, lesions: 1, visits: 3 });
    expect((await record.visits.outline()).map(({ id }) => id)).toEqual([
      other.loose,
      other.second,
      other.first,
    ]);
    expect(await everything()).not.toEqual(before);
    expect(await removal.undo()).toBe(true);
    expect(await everything()).toEqual(before);
  });

  it('of a lesion leaves its patient', async () => {
    const record = open();
    const { patient, lesion, loose } = await practice(record);
    const removal = await record.lesions.remove(lesion);
    expect(removal).toMatchObject({ patients: 0, lesions: 1, visits: 2 });
    expect(await record.patients.get(patient)).toMatchObject({ damaged: false });
    expect((await record.visits.outline()).map(({ id }) => id)).toEqual([loose]);
    expect(await everything()).toMatchObject({ images: [{}], pictures: [{}], thumbnails: [{}] });
  });

  it('of everything takes the file of a backup with it', async () => {
    const removeEntry = vi.fn(() => Promise.resolve());
    const keys = () => ['lentigo-backup-1.age', 'of-somebody-else'].values();
    vi.stubGlobal('navigator', { storage: { getDirectory: () => Promise.resolve({ removeEntry, keys }) } });
    await open().removeAll();
    expect(removeEntry.mock.calls).toEqual([['lentigo-backup-1.age']]);
    vi.unstubAllGlobals();
  });

  it('is not taken back after everything was deleted', async () => {
    const record = open();
    const { patient } = await practice(record);
    const removal = await record.patients.remove(patient);
    await record.removeAll();
    await record.patients.add(aPatient);
    expect(await removal.undo()).toBe(false);
    expect(await everything()).toMatchObject({ examinations: [], images: [] });
  });
});
