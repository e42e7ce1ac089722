import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { migrations, openDatabase, schemaVersion } from './database';

const next = [...migrations, () => undefined];

describe('database', () => {
  it('has the stores of the present version', async () => {
    const database = await openDatabase('fresh');
    expect([...database.objectStoreNames]).toEqual([
      'examinations',
      'images',
      'keys',
      'lesions',
      'patients',
      'pictures',
      'sharing',
      'thumbnails',
    ]);
    expect(database.version).toBe(4);
    const visits = database.transaction('examinations').store;
    expect([...visits.indexNames]).toEqual(['day', 'id', 'lesion', 'patient']);
  });

  it('does not open a version that was never released, and leaves it as it is', async () => {
    (await openDB('early', 2, { upgrade: (early) => void early.createObjectStore('pictures') })).close();
    await expect(openDatabase('early')).rejects.toThrow();
    const early = await openDB('early');
    expect([early.version, ...early.objectStoreNames]).toEqual([2, 'pictures']);
  });

  it('runs each migration once, in order, and keeps what was stored', async () => {
    const run: number[] = [];
    const steps = [
      ...migrations,
      () => void run.push(1),
      async (...[, upgrade]: Parameters<(typeof migrations)[number]>) => {
        await upgrade.objectStore('images').put(new Uint8Array([2]), 'second');
        run.push(2);
      },
    ];
    const before = await openDatabase('grown');
    await before.put('images', new Uint8Array([1]), 'first');
    before.close();
    (await openDatabase('grown', {}, steps.slice(0, -1))).close();
    (await openDatabase('grown', {}, steps)).close();
    const database = await openDatabase('grown', {}, steps);
    expect(run).toEqual([1, 2]);
    expect(await database.getAll('images')).toEqual([new Uint8Array([1]), new Uint8Array([2])]);
  });

  it('stays as it was when a migration fails', async () => {
    (await openDatabase('failed')).close();
    const failing = [
      ...migrations,
      async (...[database]: Parameters<(typeof migrations)[number]>) => {
        database.deleteObjectStore('keys');
        await Promise.reject(new Error('no'));
      },
    ];
    await expect(openDatabase('failed', {}, failing)).rejects.toThrow();
    expect([...(await openDatabase('failed')).objectStoreNames]).toContain('keys');
  });

  it('gives way to a newer version', async () => {
    const told: string[] = [];
    await openDatabase('outdated', {
      onOutdated: () => told.push('outdated'),
      onClosed: () => told.push('closed'),
    });
    const newer = await openDatabase('outdated', {}, next);
    expect(newer.version).toBe(schemaVersion(next));
    expect(told).toEqual(['closed', 'outdated']);
  });

  it('says when an older tab does not give way, and goes on when it is closed', async () => {
    const old = await openDB('blocked', schemaVersion(), { upgrade: () => undefined });
    const opening = new Promise<number>((resolve, reject) => {
      openDatabase('blocked', { onBlocked: () => old.close() }, next).then(
        ({ version }) => resolve(version),
        reject,
      );
    });
    expect(await opening).toBe(schemaVersion(next));
  });
});
