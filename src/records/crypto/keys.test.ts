import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../store/database';
import { dataKey, newDeviceKey } from './keys';

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

  it('is never replaced where the key of the device is lost or another, and opens again when it is back', async () => {
    const database = await openDatabase('lost');
    const { id } = await dataKey(database);
    const [device, sealed] = await Promise.all([
      database.get('keys', 'device'),
      database.get('keys', 'data'),
    ]);
    const away = [undefined, { ...device, ...(await newDeviceKey()) }];
    for (const other of away) {
      if (other) await database.put('keys', other, 'device');
      else await database.delete('keys', 'device');
      await expect(dataKey(database)).rejects.toMatchObject({ code: 'record-key-lost' });
      expect(await database.get('keys', 'data')).toEqual(sealed);
    }
    if (device) await database.put('keys', device, 'device');
    expect((await dataKey(database)).id).toBe(id);
  });

  it('is made where there is nothing that an earlier one has sealed, and only there', async () => {
    const database = await openDatabase('rows without a key');
    await database.put('patients', { id: 'p', revision: 1, content: new Uint8Array(40) });
    await expect(dataKey(database)).rejects.toMatchObject({ code: 'record-key-lost' });
    expect(await database.count('keys')).toBe(0);
    await database.clear('patients');
    await dataKey(database);
    expect(await database.count('keys')).toBe(2);
  });

  it('does not lie on the disk in the clear', async () => {
    const database = await openDatabase('sealed');
    await dataKey(database);
    const row = await database.get('keys', 'data');
    // Initialisation vector, 32 bytes of key, tag.
    expect(row && 'byDevice' in row && row.byDevice.length).toBe(12 + 32 + 16);
  });
});
