import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aVisit, newVisits } from '../../test/visits';
import { writeFirstVersion } from '../../test/first-version';
import { openDatabase } from '../store/database';
import { ClinicRecord } from '../record';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

const history = fc.sample(newVisits, { seed: 11, numRuns: 5 }).map((examination, at) => ({
  ...examination,
  id: `id-${at}`,
  createdAt: new Date(1000 * at),
  note: at % 2 ? `note ${at} ☀` : '',
}));

let opened: ClinicRecord[] = [];

function open(): ClinicRecord {
  const record = new ClinicRecord('records');
  opened.push(record);
  return record;
}

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  await writeFirstVersion('records', history);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

async function counts(): Promise<Record<string, number>> {
  const database = await openDatabase('records');
  const names = [...database.objectStoreNames];
  const found = await Promise.all(names.map(async (name) => [name, await database.count(name)] as const));
  database.close();
  return Object.fromEntries(found);
}

async function expectWhole(record: ClinicRecord): Promise<void> {
  for (const { id, createdAt, reading, size, frame, source, note, picture, thumbnail } of history) {
    const stored = await record.visits.get(id);
    if (!stored || stored.damaged) throw new Error('not whole');
    expect(stored).toMatchObject({ id, createdAt, note, patient: undefined, lesion: undefined });
    expect(stored.pictures).toHaveLength(1);
    const [first] = stored.pictures;
    expect(first).toMatchObject({ size, frame, source });
    expect(first.reading.probabilities).toEqual(reading.probabilities);
    expect(first.reading.embedding).toEqual(reading.embedding);
    expect(await bytesOf(first.image)).toEqual(await bytesOf(picture));
    expect(first.image.type).toBe(picture.type);
    expect(await bytesOf(stored.thumbnail)).toEqual(await bytesOf(thumbnail));
  }
}

describe('the history of the first version', () => {
  it('is all there, in order, and goes over into the present form', async () => {
    const record = open();
    const ids = history.map(({ id }) => id).reverse();
    expect((await record.visits.outline()).map(({ id }) => id)).toEqual(ids);
    const list = await record.visits.list({ limit: 10 });
    expect(list.map(({ id, damaged }) => [id, damaged])).toEqual(ids.map((id) => [id, false]));
    expect(list.map((entry) => !entry.damaged && entry.hasNote)).toEqual([false, true, false, true, false]);
    expect(await counts()).toMatchObject({
      examinations: 5,
      pictures: 5,
      images: 5,
      thumbnails: 5,
      firstExaminations: 0,
      firstPictures: 0,
    });
    await expectWhole(record);
    await record.close();
    await expectWhole(open());
  });

  it('is read by one or by two tabs at once', async () => {
    const [one, two] = [open(), open()];
    await Promise.all([expectWhole(one), two.visits.list({ limit: 5 }), expectWhole(two)]);
    expect(await counts()).toMatchObject({ examinations: 5, pictures: 5, firstExaminations: 0 });
  });

  it('can be edited, assigned, added to and deleted without having been looked at', async () => {
    const { visits: examinations, lesions } = open();
    const lesion = await lesions.add({ name: 'nose', place: null, note: '', nextCheck: null });
    await examinations.assign(['id-0', 'id-1'], { lesion });
    expect(await examinations.edit('id-0', { note: 'new' }, { note: '' })).toBe(true);
    await examinations.addPicture('id-2', aVisit);
    const removal = await examinations.remove('id-3');
    expect(await examinations.course(lesion)).toMatchObject([
      { id: 'id-0', note: 'new', damaged: false },
      { id: 'id-1', note: 'note 1 ☀', damaged: false },
    ]);
    expect(await examinations.get('id-2')).toMatchObject({ pictures: [{ id: 'id-2' }, {}] });
    expect(await examinations.get('id-3')).toBeUndefined();
    expect(await counts()).toMatchObject({ firstExaminations: 1, firstPictures: 1, examinations: 4 });
    expect(await removal.undo()).toBe(true);
    expect(await examinations.get('id-3')).toMatchObject({ note: 'note 3 ☀', damaged: false });
  });

  it('shows what is damaged as damaged, and leaves it where it is', async () => {
    const database = await openDatabase('records');
    const row = await database.getFromIndex('firstExaminations', 'id', 'id-2');
    if (!row) throw new Error('no row');
    await database.put('firstExaminations', { ...row, body: row.note });
    database.close();
    const { visits: examinations } = open();
    const list = await examinations.list({ limit: 5 });
    expect(list.map(({ damaged }) => damaged)).toEqual([false, false, true, false, false]);
    expect(await examinations.get('id-2')).toMatchObject({ damaged: true });
    expect(await counts()).toMatchObject({ firstExaminations: 1, firstPictures: 1 });
  });

  it('is shown on a full disk as well, and converted when there is room', async () => {
    const record = open();
    // The key, at least, has found room.
    await record.visits.get('id-0');
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expectWhole(record);
    expect(await record.visits.list({ limit: 5 })).toMatchObject(history.map(() => ({ damaged: false })));
    expect(await counts()).toMatchObject({ firstExaminations: 4 });
    vi.restoreAllMocks();
    await expectWhole(record);
    expect(await counts()).toMatchObject({ firstExaminations: 0, firstPictures: 0 });
  });
});
