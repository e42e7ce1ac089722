// Longer than 300 lines: the cases share one made-up set of parts, and belong to one module.
import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import { aLesion, aVisit, aPatient, jpegStart, newVisits, webpStart } from '../test/visits';
import type { IsoDay } from '../domain/calendar/calendar';
import type { Advice } from '../domain/advice';
import { byDay } from '../domain/visit/visit';
import { noAnswers, type WarningSigns } from '../domain/warning-signs';
import type { RecordChange } from './changes';
import { openDatabase, schemaVersion, type VisitRow, type Sealed } from './store/database';
import { HealthRecord } from './record';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

let opened: HealthRecord[] = [];
let clock = 0;

/** The record as another tab would have it: own connection, same database. */
function open(now = () => new Date((clock += 1000))): HealthRecord {
  const record = new HealthRecord('records', now);
  opened.push(record);
  return record;
}

const tab = () => open().visits;

beforeEach(() => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((record) => record.close()));
  opened = [];
});

async function rowOf(id: string): Promise<VisitRow> {
  const database = await openDatabase('records');
  const row = await database.getFromIndex('examinations', 'id', id);
  database.close();
  if (!row) throw new Error(`no row ${id}`);
  return row;
}

/** Changes a row behind the repository's back. */
async function rewrite(id: string, change: (row: VisitRow) => VisitRow | Promise<VisitRow>) {
  const changed = await change(await rowOf(id));
  const database = await openDatabase('records');
  await database.put('examinations', changed);
  database.close();
}

describe('a settled result', () => {
  const settled = { ...aVisit.reading, top: 'mel', set: ['mel'], accepted: true };
  const advise = (signs: WarningSigns | null): Advice => ({
    step: signs?.bleeding === 'yes' ? 'soon' : 'weeks',
    reasons: ['likely-malignant'],
    signs: [],
  });

  it('takes the place of the plain one, with the advice for the answers of now', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    const seen = { checklist: null, triage: null };
    await records.edit(id, { checklist: { ...noAnswers, bleeding: 'yes' } }, seen);
    const changes: RecordChange[] = [];
    records.onChange((change) => changes.push(change));
    expect(await records.settle(id, settled, advise)).toBe(true);
    const stored = await records.get(id);
    if (!stored || stored.damaged) throw new Error('not whole');
    expect(stored.pictures[0].reading).toMatchObject({ top: 'mel', set: ['mel'] });
    expect(stored.pictures[0].reading.embedding).toEqual(settled.embedding);
    expect(stored.triage?.step).toBe('soon');
    expect(await bytesOf(stored.pictures[0].image)).toEqual(await bytesOf(aVisit.picture));
    // What lists show goes by it, without being read back.
    expect(changes).toMatchObject([{ kind: 'changed', ids: [id], saved: [{ top: 'mel', triage: 'soon' }] }]);
  });

  it('of a second picture leaves the summary of the first', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    const second = await records.addPicture(id, aVisit);
    const changes: RecordChange[] = [];
    records.onChange((change) => changes.push(change));
    expect(await records.settle(id, settled, advise, second)).toBe(true);
    const stored = await records.get(id);
    if (!stored || stored.damaged) throw new Error('not whole');
    expect(stored.pictures.map(({ reading }) => reading.top)).toEqual([aVisit.reading.top, 'mel']);
    expect(changes).toMatchObject([{ saved: [{ top: aVisit.reading.top, pictures: 2 }] }]);
  });

  it('of a visit or a picture that is gone is nowhere', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    expect(await records.settle(id, settled, advise, 'gone')).toBe(false);
    await records.remove(id);
    expect(await records.settle(id, settled, advise)).toBe(false);
  });
});

describe('the record', () => {
  it('gives back every visit as it was', () =>
    fc.assert(
      fc.asyncProperty(newVisits, async (visit) => {
        const records = tab();
        const id = await records.add(visit);
        const stored = await records.get(id);
        if (!stored || stored.damaged) throw new Error('not whole');
        const [picture, ...others] = stored.pictures;
        expect(others).toEqual([]);
        expect(picture.reading.probabilities).toEqual(visit.reading.probabilities);
        expect(picture.reading.embedding).toEqual(visit.reading.embedding);
        expect(picture.frame).toEqual(visit.frame);
        expect(picture.size).toEqual(visit.size);
        expect(picture.source).toBe(visit.source);
        expect(stored.note).toBe('');
        expect(await bytesOf(picture.image)).toEqual(await bytesOf(visit.picture));
        expect(await bytesOf(stored.thumbnail)).toEqual(await bytesOf(visit.thumbnail));
      }),
      { numRuns: 15 },
    ));

  it('is there in the next session', async () => {
    const first = open();
    const id = await first.visits.add(aVisit);
    await first.close();
    expect(await tab().list({ limit: 10 })).toMatchObject([{ id, damaged: false, hasNote: false }]);
  });

  it('says nothing of a visit that is not there', async () => {
    expect(await tab().get('none')).toBeUndefined();
    expect(await tab().edit('none', { note: 'text' }, { note: '' })).toBe(false);
    expect(await tab().addPicture('none', aVisit)).toBeUndefined();
    await tab().remove('none');
  });

  it('keeps a note, and says in the list that there is one', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    expect(await records.edit(id, { note: 'left forearm ☀' }, { note: '' })).toBe(true);
    expect(await records.get(id)).toMatchObject({ note: 'left forearm ☀', revision: 2 });
    expect(await records.list({ limit: 1 })).toMatchObject([{ hasNote: true }]);
    await records.edit(id, { note: '' }, { note: 'left forearm ☀' });
    expect(await records.list({ limit: 1 })).toMatchObject([{ hasNote: false }]);
  });

  it('deletes one and leaves the others', async () => {
    const records = tab();
    const [first, second] = [await records.add(aVisit), await records.add(aVisit)];
    await records.remove(first);
    expect((await records.outline()).map(({ id }) => id)).toEqual([second]);
    expect(await records.get(first)).toBeUndefined();
    const database = await openDatabase('records');
    expect(await database.getAllKeys('thumbnails')).toEqual([second]);
    expect(await database.count('pictures')).toBe(1);
    expect(await database.count('images')).toBe(1);
    database.close();
  });
});

describe('order and pages', () => {
  it('lists by day, the newest first, in pages of any size, also where days and times are equal', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
        fc.infiniteStream(fc.constantFrom('2024-02-29', '2026-05-31', undefined)),
        fc.integer({ min: 1, max: 5 }),
        async (times, days, limit) => {
          globalThis.indexedDB = new IDBFactory();
          let index = 0;
          const records = open(() => new Date(times[index++] ?? 0)).visits;
          const added: string[] = [];
          for (const day of days) {
            if (added.length === times.length) break;
            added.push(await records.add(day ? { ...aVisit, day: day as IsoDay } : aVisit));
          }

          const outline = await records.outline();
          expect(new Set(outline.map(({ id }) => id))).toEqual(new Set(added));
          expect(await records.count()).toBe(times.length);
          expect(outline).toEqual([...outline].sort(byDay).reverse());

          const paged: string[] = [];
          for (;;) {
            const page = await records.list({ before: outline[paged.length - 1], limit });
            paged.push(...page.map(({ id }) => id));
            if (page.length < limit) break;
          }
          expect(paged).toEqual(outline.map(({ id }) => id));
        },
      ),
      { numRuns: 25 },
    ));
});

describe('damage', () => {
  it('is found wherever a byte was changed, and keeps to its record', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom('content', 'picture'), fc.nat(), async (field, at) => {
        globalThis.indexedDB = new IDBFactory();
        const records = tab();
        const [other, id] = [await records.add(aVisit), await records.add(aVisit)];
        const flipped = (sealed: Sealed) =>
          sealed.map((byte, index) => byte ^ Number(index === at % sealed.length));
        const database = await openDatabase('records');
        const picture = await database.getFromIndex('pictures', 'examination', id);
        if (field === 'picture' && picture) {
          await database.put('pictures', { ...picture, content: flipped(picture.content) });
        } else {
          await rewrite(id, (row) => ({ ...row, content: flipped(row.content) }));
        }
        database.close();
        expect(await records.get(id)).toMatchObject({ id, createdAt: new Date(clock), damaged: true });
        const list = await records.list({ limit: 10 });
        expect(list.map((entry) => [entry.id, entry.damaged])).toEqual([
          // The list reads no picture.
          [id, field === 'content'],
          [other, false],
        ]);
      }),
      { numRuns: 30 },
    ));

  it('is found where ciphertexts changed places', async () => {
    const records = tab();
    const [one, two] = [await records.add(aVisit), await records.add(aVisit)];
    const { content } = await rowOf(one);
    await rewrite(two, (row) => ({ ...row, content }));
    expect(await records.get(two)).toMatchObject({ damaged: true });
    expect(await records.get(one)).toMatchObject({ damaged: false });
  });

  it('is found where a picture was exchanged or lost', async () => {
    const records = tab();
    const [one, two] = [await records.add(aVisit), await records.add(aVisit)];
    const database = await openDatabase('records');
    const [ofOne, ofTwo] = await Promise.all(
      [one, two].map((id) => database.getKeyFromIndex('pictures', 'examination', id)),
    );
    await database.put('images', (await database.get('images', ofOne ?? '')) ?? new Uint8Array(), ofTwo);
    await database.delete('images', ofOne ?? '');
    database.close();
    expect(await records.get(one)).toMatchObject({ damaged: true });
    expect(await records.get(two)).toMatchObject({ damaged: true });
    expect(await records.list({ limit: 2 })).toMatchObject([{ damaged: false }, { damaged: false }]);
  });

  it('is found where the time of a record was changed', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    const row = await rowOf(id);
    const database = await openDatabase('records');
    await database.delete('examinations', [row.createdAt, id]);
    await database.put('examinations', { ...row, createdAt: new Date(0) });
    database.close();
    expect(await records.list({ limit: 1 })).toMatchObject([{ id, damaged: true }]);
  });

  it('of the key is said, and takes nothing away', async () => {
    const id = await tab().add(aVisit);
    const database = await openDatabase('records');
    const keys = await Promise.all(
      (['device', 'data'] as const).map(async (name) => [name, await database.get('keys', name)] as const),
    );
    await database.clear('keys');
    const records = tab();
    await expect(records.add(aVisit)).rejects.toMatchObject({ code: 'record-key-lost' });
    await expect(records.list({ limit: 2 })).rejects.toMatchObject({ code: 'record-key-lost' });
    for (const [name, key] of keys) if (key) await database.put('keys', key, name);
    database.close();
    // The same page tries again.
    expect(await records.list({ limit: 2 })).toMatchObject([{ id, damaged: false }]);
  });
});

describe('what lies on the disk', () => {
  it('shows no class, no note and no picture', async () => {
    const record = open();
    const reading = { ...aVisit.reading, top: 'mel' };
    const patient = await record.patients.add(aPatient);
    const lesion = await record.lesions.add(aLesion, patient);
    const id = await record.visits.add({ ...aVisit, reading, lesion });
    await record.visits.edit(id, { note: 'between the shoulder blades' }, { note: '' });

    const database = await openDB('records');
    const stores = [...database.objectStoreNames];
    const values = await Promise.all(stores.map((name) => database.getAll(name) as Promise<unknown[]>));
    database.close();
    const bytes = values.flat().flatMap(everyByte);
    const raw = String.fromCharCode(...bytes);
    expect(raw).toContain(id);
    for (const plain of [
      '"mel"',
      'probability',
      'lentigo-skin-lesions',
      'shoulder',
      'image/',
      'camera',
      'Quill',
      'K-4711',
      '1961',
      'back',
      '2026-09-01',
    ]) {
      expect(raw).not.toContain(plain);
    }
    expect(raw).not.toContain(String.fromCharCode(...jpegStart));
    expect(raw).not.toContain(String.fromCharCode(...webpStart.slice(8)));
  });

  it('is gone after "delete all", key included', async () => {
    const record = open();
    const records = record.visits;
    await records.add({ ...aVisit, lesion: await record.lesions.add(aLesion) });
    await record.removeAll();
    const database = await openDatabase('records');
    for (const store of database.objectStoreNames) expect(await database.count(store)).toBe(0);
    database.close();
    const id = await records.add(aVisit);
    expect(await records.get(id)).toMatchObject({ damaged: false });
  });
});

/** Every byte of a stored value, whatever it is made of; a CryptoKey has none to show. */
function everyByte(value: unknown): number[] {
  if (value instanceof Uint8Array) return [...value];
  if (typeof value === 'string') return [...new TextEncoder().encode(value)];
  if (value instanceof CryptoKey) return [];
  if (value instanceof Date) return everyByte(value.toISOString());
  if (typeof value === 'object' && value)
    return Object.entries(value).flatMap(([name, part]) => [...everyByte(name), ...everyByte(part)]);
  return everyByte(String(value));
}

describe('a full disk', () => {
  it.each(['examinations', 'pictures', 'images', 'thumbnails'])(
    'is told when the write to %s fails, and leaves nothing behind',
    async (store) => {
      const records = tab();
      const kept = await records.add(aVisit);
      const changes: RecordChange[] = [];
      records.onChange((change) => changes.push(change));
      const add = Reflect.get(IDBObjectStore.prototype, 'add') as (
        ...rest: unknown[]
      ) => IDBRequest<IDBValidKey>;
      vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...rest) {
        if (this.name === store) throw new DOMException('full', 'QuotaExceededError');
        return add.apply(this, rest);
      });
      await expect(records.add(aVisit)).rejects.toMatchObject({ code: 'storage-full' });
      vi.restoreAllMocks();
      expect((await records.outline()).map(({ id }) => id)).toEqual([kept]);
      const database = await openDatabase('records');
      for (const each of ['pictures', 'images', 'thumbnails'] as const) {
        expect(await database.count(each)).toBe(1);
      }
      database.close();
      expect(changes).toEqual([]);
    },
  );

  it('leaves the old note where the new one does not fit', async () => {
    const records = tab();
    const id = await records.add(aVisit);
    await records.edit(id, { note: 'old' }, { note: '' });
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(records.edit(id, { note: 'new' }, { note: 'old' })).rejects.toMatchObject({
      code: 'storage-full',
    });
    vi.restoreAllMocks();
    expect(await records.get(id)).toMatchObject({ note: 'old' });
  });
});

describe('a browser that gives no storage', () => {
  it('is told as such', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    const failure = await tab()
      .list({ limit: 1 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'storage-unavailable' });
  });

  it('is asked again the next time', async () => {
    const records = tab();
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await expect(records.count()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(await records.count()).toBe(0);
  });
});

describe('two tabs', () => {
  it('tell each other what changed', async () => {
    const [one, two] = [open(), open()];
    const heard: RecordChange[] = [];
    two.visits.onChange((change) => heard.push(change));
    const id = await one.visits.add(aVisit);
    await one.visits.edit(id, { note: 'x' }, { note: '' });
    await one.visits.remove(id);
    await one.removeAll();
    const change = { of: 'visit', ids: [id] };
    await vi.waitFor(() =>
      expect(heard).toEqual([
        { kind: 'added', ...change },
        { kind: 'changed', ...change },
        { kind: 'removed', ...change },
        { kind: 'cleared' },
      ]),
    );
  });

  it('never write with a key that the other has deleted', async () => {
    const [one, two] = [tab(), open()];
    await one.add(aVisit);
    await two.visits.count();
    // Straight after, before any message can have arrived.
    const [, id] = await Promise.all([two.removeAll(), one.add(aVisit)]);
    for (const entry of await tab().list({ limit: 5 })) expect(entry).toMatchObject({ id, damaged: false });
  });

  it('give way to a newer version and say so', async () => {
    const record = open();
    const records = record.visits;
    const obstacles: string[] = [];
    record.onObstacle((obstacle) => obstacles.push(obstacle));
    await records.add(aVisit);
    const newer = await openDB('records', schemaVersion() + 1);
    expect(obstacles).toEqual(['outdated']);
    await expect(records.count()).rejects.toMatchObject({ code: 'record-too-new' });
    newer.close();
  });
});
