import { describe, expect, it, vi } from 'vitest';
import type { IsoDay } from '../../domain/calendar/calendar';
import { Failure } from '../../failure';
import type { ChangeListener, RecordChange } from '../../records/changes';
import type { VisitKey } from '../../domain/visit/visit';
import type { Page } from '../../records/record';
import { HistoryList, type ListEntry } from './history-list.svelte';

const day = '2026-05-31' as IsoDay;

/** A record of `count` visits, newest first, that notes what is asked of it. */
class Records {
  keys: VisitKey[];
  readonly asked: Page[] = [];
  readonly summed: (readonly string[])[] = [];
  failure: Failure | undefined;
  #listener: ChangeListener = () => undefined;

  constructor(count: number) {
    this.keys = Array.from({ length: count }, (_, at) => ({
      id: `id-${count - at}`,
      createdAt: new Date(1000 * (count - at)),
      day,
    }));
  }

  outline = () => (this.failure ? Promise.reject(this.failure) : Promise.resolve([...this.keys]));

  list = (page: Page): Promise<ListEntry[]> => {
    this.asked.push(page);
    if (this.failure) return Promise.reject(this.failure);
    const from = page.before ? this.keys.findIndex(({ id }) => id === page.before?.id) + 1 : 0;
    return Promise.resolve(
      this.keys.slice(from, from + page.limit).map((key) => ({
        ...key,
        patient: undefined,
        lesion: undefined,
        damaged: true as const,
      })),
    );
  };

  summaries = (ids: readonly string[]): Promise<ListEntry[]> => {
    this.summed.push(ids);
    return Promise.resolve(
      ids.map((id) => ({
        id,
        createdAt: new Date(0),
        day,
        patient: undefined,
        lesion: undefined,
        damaged: true,
      })),
    );
  };

  onChange = (listener: ChangeListener) => {
    this.#listener = listener;
    return () => undefined;
  };

  tell(change: RecordChange): void {
    this.#listener(change);
  }
}

/** Asks for what stands at `index`, as its row does. */
const want = (list: HistoryList, index: number) => list.want(list.outline?.[index]?.id ?? '');

/** A promise, and what fulfils it. */
function promised<T>(): [Promise<T>, (value: T) => void] {
  let fulfil: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => (fulfil = resolve));
  return [promise, (value) => fulfil?.(value)];
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('the list of the history', () => {
  it('reads together what is wanted together', async () => {
    const records = new Records(100);
    const list = new HistoryList(records);
    await list.load();
    for (const index of [41, 40, 42, 7]) want(list, index);
    await settled();
    expect(records.asked).toEqual([
      { before: records.keys[6], limit: 1 },
      { before: records.keys[39], limit: 3 },
    ]);
    expect(list.entry('id-59')).toBeDefined();
    expect(list.entry('id-50')).toBeUndefined();
  });

  it('reads what it is narrowed to by its ids', async () => {
    const records = new Records(9);
    const list = new HistoryList(records);
    await list.load();
    list.narrow([records.keys[1], records.keys[5], records.keys[7]].filter((key) => key !== undefined));
    want(list, 1);
    want(list, 2);
    await settled();
    expect(records.summed).toEqual([['id-4', 'id-2']]);
    expect(list.outline).toHaveLength(3);
    expect(list.count).toBe(9);
    list.narrow(undefined);
    expect(list.outline).toHaveLength(9);
  });

  it('keeps a bounded number of entries', async () => {
    const list = new HistoryList(new Records(1500));
    await list.load();
    for (let start = 0; start < 1500; start += 50) {
      for (let index = start; index < start + 50; index++) want(list, index);
      await settled();
    }
    const known = list.outline?.filter(({ id }) => list.entry(id)) ?? [];
    expect(known.length).toBe(400);
    expect(known.at(-1)?.id).toBe('id-1');
  });

  it('follows what is added, removed and cleared', async () => {
    const records = new Records(3);
    const list = new HistoryList(records);
    await list.load();
    records.keys = [{ id: 'new', createdAt: new Date(9e6), day }, ...records.keys];
    records.tell({ kind: 'added', of: 'visit', ids: ['new'] });
    await settled();
    expect(list.outline?.map(({ id }) => id)).toEqual(['new', 'id-3', 'id-2', 'id-1']);
    records.tell({ kind: 'removed', of: 'visit', ids: ['id-2'] });
    expect(list.outline?.map(({ id }) => id)).toEqual(['new', 'id-3', 'id-1']);
    records.tell({ kind: 'cleared' });
    expect(list.outline).toEqual([]);
  });

  it('misses nothing that is added while it reads', async () => {
    const records = new Records(1);
    const list = new HistoryList(records);
    await list.load();
    records.tell({ kind: 'added', of: 'visit', ids: ['a'] });
    records.keys = [{ id: 'late', createdAt: new Date(9e6), day }, ...records.keys];
    records.tell({ kind: 'added', of: 'visit', ids: ['late'] });
    await settled();
    expect(list.outline?.[0]?.id).toBe('late');
  });

  it('says why it cannot be read, and tries again', async () => {
    const records = new Records(1);
    records.failure = new Failure('storage-unavailable');
    const list = new HistoryList(records);
    await list.load();
    expect(list.failure?.code).toBe('storage-unavailable');
    expect(list.outline).toBeUndefined();
    records.failure = undefined;
    await list.load();
    expect(list.failure).toBeUndefined();
    expect(list.outline).toHaveLength(1);
  });

  it('asks again for rows that could not be read, as soon as something can be', async () => {
    const records = new Records(3);
    const list = new HistoryList(records);
    await list.load();
    const [endFirst] = [0, 1, 2].map((index) => want(list, index));
    records.failure = new Failure('storage-unavailable');
    await settled();
    expect(list.failure?.code).toBe('storage-unavailable');
    expect(records.asked).toHaveLength(1);
    // Its row has left the screen.
    endFirst?.();
    records.failure = undefined;
    await list.load();
    await settled();
    expect(list.failure).toBeUndefined();
    expect(records.keys.map(({ id }) => list.entry(id)?.id)).toEqual([undefined, 'id-2', 'id-1']);
  });

  it('asks again for a row that changed while nothing could be read', async () => {
    const records = new Records(2);
    const list = new HistoryList(records);
    await list.load();
    want(list, 0);
    await settled();
    records.failure = new Failure('storage-unavailable');
    records.tell({ kind: 'changed', of: 'visit', ids: ['id-2'] });
    await settled();
    // Better nothing than what is out of date.
    expect(list.entry('id-2')).toBeUndefined();
  });

  it('does not list again what was removed or cleared while it read', async () => {
    const records = new Records(3);
    const list = new HistoryList(records);
    await list.load();
    for (const change of [{ kind: 'removed', of: 'visit', ids: ['id-2'] }, { kind: 'cleared' }] as const) {
      const before = [...records.keys];
      const [read, finish] = promised<VisitKey[]>();
      const outline = vi.spyOn(records, 'outline').mockReturnValueOnce(read);
      const loaded = list.load();
      records.keys = change.kind === 'cleared' ? [] : records.keys.filter(({ id }) => id !== 'id-2');
      records.tell(change);
      finish(before);
      await loaded;
      expect(list.outline).toEqual(records.keys);
      outline.mockRestore();
    }
  });
});
