import 'fake-indexeddb/auto';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from './database';
import { deviceKey, seal, SealBroken, unseal, type Place } from './vault';

const places: fc.Arbitrary<Place> = fc.record({
  id: fc.string(),
  createdAt: fc.date({ noInvalidDate: true }),
  field: fc.constantFrom('summary', 'body', 'note', 'picture'),
});
const plains = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

describe('vault', () => {
  let key: CryptoKey;

  beforeAll(async () => {
    ({ key } = await deviceKey(await openDatabase('vault')));
  });

  it('gives back what it sealed', () =>
    fc.assert(
      fc.asyncProperty(places, plains, async (place, plain) => {
        expect(await unseal(key, place, await seal(key, place, plain))).toEqual(plain);
      }),
    ));

  it('finds any changed byte', () =>
    fc.assert(
      fc.asyncProperty(
        places,
        plains,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (place, plain, at, flip) => {
          const sealed = await seal(key, place, plain);
          const index = at % sealed.length;
          sealed[index] = (sealed[index] ?? 0) ^ flip;
          await expect(unseal(key, place, sealed)).rejects.toThrow(SealBroken);
        },
      ),
    ));

  it('finds a cut', () =>
    fc.assert(
      fc.asyncProperty(places, plains, fc.nat(), async (place, plain, at) => {
        const sealed = await seal(key, place, plain);
        await expect(unseal(key, place, sealed.slice(0, at % sealed.length))).rejects.toThrow(SealBroken);
      }),
    ));

  it('opens a ciphertext only at its own place', () =>
    fc.assert(
      fc.asyncProperty(places, places, plains, async (place, other, plain) => {
        fc.pre(JSON.stringify(place) !== JSON.stringify(other));
        await expect(unseal(key, other, await seal(key, place, plain))).rejects.toThrow(SealBroken);
      }),
    ));

  it('never seals twice alike', async () => {
    const place: Place = { id: 'a', createdAt: new Date(0), field: 'note' };
    const plain = new Uint8Array(16);
    expect(await seal(key, place, plain)).not.toEqual(await seal(key, place, plain));
  });

  it('keeps a key that cannot be read out', async () => {
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow();
  });

  it('makes one key, however many ask for it at once', async () => {
    const [one, two] = await Promise.all([openDatabase('race'), openDatabase('race')]);
    const keys = await Promise.all([deviceKey(one), deviceKey(two), deviceKey(one)]);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
    expect((await deviceKey(two)).id).toBe(keys[0].id);
  });
});
