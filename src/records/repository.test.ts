import 'fake-indexeddb/auto';
import { IDBFactory, IDBObjectStore } from 'fake-indexeddb';
import * as fc from 'fast-check';
import { openDB } from 'idb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../failure';
import { anExamination, jpegStart, newExaminations, webpStart } from '../test/examinations';
import type { RecordChange } from './changes';
import { migrations, openDatabase, type ExaminationRow } from './database';
import { ExaminationRepository } from './repository';

const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

let opened: ExaminationRepository[] = [];
let clock = 0;

/** A repository as another tab would have it: own connection, same database. */
function tab(): ExaminationRepository {
  const repository = new ExaminationRepository('records', () => new Date((clock += 1000)));
  opened.push(repository);
  return repository;
}

beforeEach(() => {
  clock = 0;
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
});

afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(opened.map((repository) => repository.close()));
  opened = [];
});

async function rowOf(id: string): Promise<ExaminationRow> {
  const database = await openDatabase('records');
  const row = await database.getFromIndex('examinations', 'id', id);
  database.close();
  if (!row) throw new Error(`no row ${id}`);
  return row;
}

/** Changes a row behind the repository's back. */
async function rewrite(
  id: string,
  change: (row: ExaminationRow) => ExaminationRow | Promise<ExaminationRow>,
) {
  const changed = await change(await rowOf(id));
  const database = await openDatabase('records');
  await database.put('examinations', changed);
  database.close();
}

describe('the record', () => {
  it('gives back every examination as it was', () =>
    fc.assert(
      fc.asyncProperty(newExaminations, async (examination) => {
        const records = tab();
        const id = await records.add(examination);
        const stored = await records.get(id);
        if (!stored || stored.damaged) throw new Error('not whole');
        expect(stored.reading.probabilities).toEqual(examination.reading.probabilities);
        expect(stored.reading.embedding).toEqual(examination.reading.embedding);
        expect(stored.frame).toEqual(examination.frame);
        expect(stored.size).toEqual(examination.size);
        expect(stored.source).toBe(examination.source);
        expect(stored.note).toBe('');
        expect(await bytesOf(stored.picture)).toEqual(await bytesOf(examination.picture));
        expect(await bytesOf(stored.thumbnail)).toEqual(await bytesOf(examination.thumbnail));
      }),
      { numRuns: 40 },
    ));

  it('is there in the next session', async () => {
    const first = tab();
    const id = await first.add(anExamination);
    await first.close();
    expect(await tab().list({ limit: 10 })).toMatchObject([{ id, damaged: false, hasNote: false }]);
  });

  it('says nothing of an examination that is not there', async () => {
    expect(await tab().get('none')).toBeUndefined();
    expect(await tab().setNote('none', 'text')).toBe(false);
    await tab().remove('none');
  });

  it('keeps a note, and says in the list that there is one', async () => {
    const records = tab();
    const id = await records.add(anExamination);
    expect(await records.setNote(id, 'left forearm ☀')).toBe(true);
    expect(await records.get(id)).toMatchObject({ note: 'left forearm ☀', hasNote: true });
    expect(await records.list({ limit: 1 })).toMatchObject([{ hasNote: true }]);
    await records.setNote(id, '');
    expect(await records.list({ limit: 1 })).toMatchObject([{ hasNote: false }]);
  });

  it('deletes one and leaves the others', async () => {
    const records = tab();
    const [first, second] = [await records.add(anExamination), await records.add(anExamination)];
    await records.remove(first);
    expect((await records.outline()).map(({ id }) => id)).toEqual([second]);
    expect(await records.get(first)).toBeUndefined();
    const database = await openDatabase('records');
    expect(await database.getAllKeys('pictures')).toEqual([second]);
    database.close();
  });
});

describe('order and pages', () => {
  it('lists newest first in pages of any size, also where times are equal', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (times, limit) => {
          globalThis.indexedDB = new IDBFactory();
          let index = 0;
          const records = new ExaminationRepository('records', () => new Date(times[index++] ?? 0));
          opened.push(records);
          const added: string[] = [];
          while (added.length < times.length) added.push(await records.add(anExamination));

          const outline = await records.outline();
          expect(new Set(outline.map(({ id }) => id))).toEqual(new Set(added));
          expect(await records.count()).toBe(times.length);
          const descending = outline.map(({ createdAt }) => createdAt.getTime());
          expect(descending).toEqual([...descending].sort((a, b) => b - a));

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
  const fields = ['summary', 'body', 'note'] as const;

  it('is found wherever a byte was changed, and keeps to its record', () =>
    fc.assert(
      fc.asyncProperty(fc.constantFrom(...fields), fc.nat(), async (field, at) => {
        globalThis.indexedDB = new IDBFactory();
        const records = tab();
        const [other, id] = [await records.add(anExamination), await records.add(anExamination)];
        await rewrite(id, (row) => {
          const sealed = row[field].slice();
          const index = at % sealed.length;
          sealed[index] = (sealed[index] ?? 0) ^ 1;
          return { ...row, [field]: sealed };
        });
        expect(await records.get(id)).toEqual({ id, createdAt: new Date(clock), damaged: true });
        const list = await records.list({ limit: 10 });
        expect(list.map((entry) => [entry.id, entry.damaged])).toEqual([
          // The list reads no body.
          [id, field !== 'body'],
          [other, false],
        ]);
      }),
      { numRuns: 30 },
    ));

  it('is found where ciphertexts changed places', async () => {
    for (const field of fields) {
      const records = tab();
      const [one, two] = [await records.add(anExamination), await records.add(anExamination)];
      const foreign = (await rowOf(one))[field];
      await rewrite(two, (row) => ({ ...row, [field]: foreign }));
      expect(await records.get(two)).toMatchObject({ damaged: true });
      expect(await records.get(one)).toMatchObject({ damaged: false });
    }
  });

  it('is found where a picture was exchanged or lost', async () => {
    const records = tab();
    const [one, two] = [await records.add(anExamination), await records.add(anExamination)];
    const database = await openDatabase('records');
    await database.put('pictures', (await database.get('pictures', one)) ?? new Uint8Array(), two);
    await database.delete('pictures', one);
    database.close();
    expect(await records.get(one)).toMatchObject({ damaged: true });
    expect(await records.get(two)).toMatchObject({ damaged: true });
    expect(await records.list({ limit: 2 })).toMatchObject([{ damaged: false }, { damaged: false }]);
  });

  it('is found where the time of a record was changed', async () => {
    const records = tab();
    const id = await records.add(anExamination);
    const row = await rowOf(id);
    const database = await openDatabase('records');
    await database.delete('examinations', [row.createdAt, id]);
    await database.put('examinations', { ...row, createdAt: new Date(0) });
    database.close();
    expect(await records.list({ limit: 1 })).toMatchObject([{ id, damaged: true }]);
  });

  it('of the key makes old records unreadable and new ones possible', async () => {
    const id = await tab().add(anExamination);
    const database = await openDatabase('records');
    await database.clear('keys');
    database.close();
    const records = tab();
    const next = await records.add(anExamination);
    expect(await records.list({ limit: 2 })).toMatchObject([
      { id: next, damaged: false },
      { id, damaged: true },
    ]);
    await records.remove(id);
    expect(await records.count()).toBe(1);
  });
});

describe('what lies on the disk', () => {
  it('shows no class, no note and no picture', async () => {
    const records = tab();
    const reading = { ...anExamination.reading, top: 'mel' };
    const id = await records.add({ ...anExamination, reading });
    await records.setNote(id, 'between the shoulder blades');

    const database = await openDB('records');
    const stores = [...database.objectStoreNames];
    const values = await Promise.all(stores.map((name) => database.getAll(name) as Promise<unknown[]>));
    database.close();
    const bytes = values.flat().flatMap(everyByte);
    const raw = String.fromCharCode(...bytes);
    expect(raw).toContain(id);
    for (const plain of ['"mel"', 'probability', 'lentigo-skin-lesions', 'shoulder', 'image/', 'camera']) {
      expect(raw).not.toContain(plain);
    }
    expect(raw).not.toContain(String.fromCharCode(...jpegStart));
    expect(raw).not.toContain(String.fromCharCode(...webpStart.slice(8)));
  });

  it('is gone after "delete all", key included', async () => {
    const records = tab();
    await records.add(anExamination);
    await records.removeAll();
    const database = await openDatabase('records');
    for (const store of database.objectStoreNames) expect(await database.count(store)).toBe(0);
    database.close();
    const id = await records.add(anExamination);
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
  it.each(['examinations', 'pictures'])(
    'is told when the write to %s fails, and leaves nothing behind',
    async (store) => {
      const records = tab();
      const kept = await records.add(anExamination);
      const changes: RecordChange[] = [];
      records.onChange((change) => changes.push(change));
      const add = Reflect.get(IDBObjectStore.prototype, 'add') as (
        ...rest: unknown[]
      ) => IDBRequest<IDBValidKey>;
      vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(function (this: IDBObjectStore, ...rest) {
        if (this.name === store) throw new DOMException('full', 'QuotaExceededError');
        return add.apply(this, rest);
      });
      await expect(records.add(anExamination)).rejects.toMatchObject({ code: 'storage-full' });
      vi.restoreAllMocks();
      expect((await records.outline()).map(({ id }) => id)).toEqual([kept]);
      const database = await openDatabase('records');
      expect(await database.getAllKeys('pictures')).toEqual([kept]);
      database.close();
      expect(changes).toEqual([]);
    },
  );

  it('leaves the old note where the new one does not fit', async () => {
    const records = tab();
    const id = await records.add(anExamination);
    await records.setNote(id, 'old');
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    await expect(records.setNote(id, 'new')).rejects.toMatchObject({ code: 'storage-full' });
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
    const [one, two] = [tab(), tab()];
    const heard: RecordChange[] = [];
    two.onChange((change) => heard.push(change));
    const id = await one.add(anExamination);
    await one.setNote(id, 'x');
    await one.remove(id);
    await one.removeAll();
    await vi.waitFor(() =>
      expect(heard).toEqual([
        { kind: 'added', id },
        { kind: 'noted', id },
        { kind: 'removed', id },
        { kind: 'cleared' },
      ]),
    );
  });

  it('never write with a key that the other has deleted', async () => {
    const [one, two] = [tab(), tab()];
    await one.add(anExamination);
    await two.count();
    // Straight after, before any message can have arrived.
    const [, id] = await Promise.all([two.removeAll(), one.add(anExamination)]);
    for (const entry of await tab().list({ limit: 5 })) expect(entry).toMatchObject({ id, damaged: false });
  });

  it('give way to a newer version and say so', async () => {
    const records = tab();
    const obstacles: string[] = [];
    records.onObstacle((obstacle) => obstacles.push(obstacle));
    await records.add(anExamination);
    const newer = await openDB('records', migrations.length + 1);
    expect(obstacles).toEqual(['outdated']);
    await expect(records.count()).rejects.toMatchObject({ code: 'storage-unavailable' });
    newer.close();
  });
});
