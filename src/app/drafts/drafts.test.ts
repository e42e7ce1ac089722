import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../failure';
import { HealthRecord } from '../../records/record';
import { Draft } from './draft.svelte';
import { Drafts } from './drafts.svelte';

let record: HealthRecord;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('location', { hash: '#/here' });
  record = new HealthRecord('records');
});

afterEach(async () => {
  await record.close();
  vi.unstubAllGlobals();
});

function note(
  save: () => Promise<boolean> = () => Promise.resolve(true),
  pause?: number,
): Draft<{ note: string }> {
  return new Draft({ form: 'note:1', row: { note: '' }, save, ...(pause !== undefined && { pause }) });
}

describe('drafts', () => {
  it('are sealed as they are typed, and are there again after the page has gone', async () => {
    const drafts = new Drafts(record.drafts, 'before');
    const draft = note();
    drafts.attach(draft);
    draft.set({ note: 'half a sen' });
    draft.set({ note: 'half a sentence' });
    await drafts.seal();
    expect(drafts.any).toBe(true);
    drafts.forget();

    const after = new Drafts(record.drafts, 'after');
    await after.read();
    expect([after.has('note:1'), after.left[0]?.where]).toEqual([true, '#/here']);
    const again = note();
    after.attach(again);
    expect([again.values.note, again.unsaved, after.left]).toEqual(['half a sentence', true, []]);
    await vi.waitFor(async () =>
      expect((await record.drafts.all()).map(({ window }) => window)).toEqual(['after']),
    );
    await again.save();
    await after.seal();
    expect(await record.drafts.all()).toEqual([]);
  });

  it('come to a form that was on the screen before they were read', async () => {
    await record.drafts.put('note:1', 'earlier', {
      base: { note: '' },
      values: { note: 'mine' },
      where: '#/',
    });
    const drafts = new Drafts(record.drafts, 'now');
    const draft = note();
    drafts.attach(draft);
    await drafts.read();
    expect(draft.values.note).toBe('mine');
  });

  it('of a window that is still open stay with it', async () => {
    const held = new Set<string>();
    const locks = {
      request: async (name: string, work: () => Promise<void>) => {
        held.add(name);
        await work();
        held.delete(name);
      },
      query: () => Promise.resolve({ held: [...held].map((name) => ({ name })) }),
    } as unknown as LockManager;
    const there = new Drafts(record.drafts, 'there', locks);
    const draft = note();
    there.attach(draft);
    draft.set({ note: 'in hand' });
    await there.seal();
    const here = new Drafts(record.drafts, 'here', locks);
    await here.read();
    expect(here.left).toEqual([]);
    there.release();
    await vi.waitFor(() => expect(held.size).toBe(0));
    await here.read();
    expect(here.left).toHaveLength(1);
  });

  it('are offered when their form went away with the text, and can be given up', async () => {
    const drafts = new Drafts(record.drafts, 'here');
    const draft = note(() => Promise.resolve(false));
    const detach = drafts.attach(draft);
    draft.set({ note: 'of a visit that is gone' });
    await draft.save();
    detach();
    await vi.waitFor(() => expect(drafts.left).toHaveLength(1));
    const [left] = drafts.left;
    if (!left) throw new Error('nothing left');
    expect([left.values, drafts.orphaned(left)]).toEqual([{ note: 'of a visit that is gone' }, true]);
    await drafts.seal();
    await drafts.discardLeft(left);
    expect([drafts.left, await record.drafts.all()]).toEqual([[], []]);
  });

  it('of forms that save themselves are saved before anything is asked', async () => {
    const drafts = new Drafts(record.drafts, 'here');
    const save = vi.fn(() => Promise.resolve(true)).mockRejectedValueOnce(new Failure('storage-full'));
    const draft = note(save, 600);
    drafts.attach(draft);
    draft.set({ note: 'a' });
    await drafts.settle();
    expect(drafts.any).toBe(true);
    await drafts.settle();
    expect(drafts.any).toBe(false);
  });

  it('say so where they cannot be sealed, and are sealed when they can', async () => {
    let full = true;
    const drafts = new Drafts(
      {
        put: (...draft) => (full ? Promise.reject(new Failure('storage-full')) : record.drafts.put(...draft)),
        remove: (...draft) => record.drafts.remove(...draft),
        all: () => record.drafts.all(),
      },
      'here',
    );
    const draft = note();
    drafts.attach(draft);
    draft.set({ note: 'mine' });
    await expect(drafts.seal()).rejects.toMatchObject({ code: 'storage-full' });
    full = false;
    await drafts.seal();
    expect(await record.drafts.all()).toMatchObject([{ values: { note: 'mine' } }]);
  });

  it('lie on the disk as ciphertext, and go when everything is deleted', async () => {
    await record.drafts.put('note:1', 'here', {
      base: { note: '' },
      values: { note: 'secret' },
      where: '#/',
    });
    const database = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('lentigo-drafts');
      request.onsuccess = () => resolve(request.result);
    });
    const rows = await new Promise<unknown[]>((resolve) => {
      const request = database.transaction('drafts').objectStore('drafts').getAll();
      request.onsuccess = () => resolve(request.result as unknown[]);
    });
    database.close();
    expect(rows).toHaveLength(1);
    expect(new TextDecoder('latin1').decode((rows[0] as { content: Uint8Array }).content)).not.toContain(
      'secret',
    );
    await record.removeAll();
    expect(await record.drafts.all()).toEqual([]);
  });

  it('of another key, or damaged, are deleted', async () => {
    await record.drafts.put('note:1', 'here', { base: {}, values: {}, where: '#/' });
    await record.store.removeAll();
    expect(await record.drafts.all()).toEqual([]);
  });
});
