import 'fake-indexeddb/auto';
import { openDB, type IDBPDatabase } from 'idb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { quietReads } from './quiet-reads';

const unhandled: unknown[] = [];
const note = (reason: unknown): number => unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => process.off('unhandledRejection', note));

async function opened(name: string): Promise<IDBPDatabase> {
  const upgrade = (fresh: IDBPDatabase): void => void fresh.createObjectStore('rows');
  return quietReads(await openDB(name, 1, { upgrade }));
}

it('a read that is ended fails once, at its request', async () => {
  const transaction = (await opened('read')).transaction('rows');
  const request = transaction.store.get('a');
  transaction.abort();
  await expect(request).rejects.toThrow();
  await new Promise((later) => setTimeout(later));
  expect(unhandled).toEqual([]);
});

it('the end of a transaction that writes can still be waited for', async () => {
  const transaction = (await opened('write')).transaction('rows', 'readwrite');
  const end = expect(transaction.done).rejects.toThrow();
  transaction.abort();
  await end;
});
