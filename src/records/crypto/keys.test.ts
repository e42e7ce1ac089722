import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../store/database';
import { dataKey } from './keys';

describe('the key of the record', () => {
  it('cannot be read out', async () => {
    const { key } = await dataKey(await openDatabase('shut'));
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  it('is one, however many ask for it at once', async () => {
    const [one, two] = await Promise.all([openDatabase('race'), openDatabase('race')]);
    const keys = await Promise.all([dataKey(one), dataKey(two), dataKey(one)]);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect((await dataKey(two)).id).toBe(keys[0].id);
  });

  it('is made anew where the key of the device is lost', async () => {
    const database = await openDatabase('lost');
    const before = await dataKey(database);
    await database.delete('keys', 'device');
    const after = await dataKey(database);
    expect(after.id).not.toBe(before.id);
    expect((await dataKey(database)).id).toBe(after.id);
  });

  it('does not lie on the disk in the clear', async () => {
    const database = await openDatabase('sealed');
    await dataKey(database);
    const row = await database.get('keys', 'data');
    // Initialisation vector, 32 bytes of key, tag.
    expect(row && 'byDevice' in row && row.byDevice.length).toBe(12 + 32 + 16);
  });
});
