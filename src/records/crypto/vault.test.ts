import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal, SealBroken, unseal, type Place } from './vault';

const places: fc.Arbitrary<Place> = fc.record({
  version: fc.constantFrom(1, 2),
  id: fc.string(),
  createdAt: fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }),
  field: fc.constantFrom('patient', 'examination', 'image'),
});
const plains = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

describe('vault', () => {
  let key: CryptoKey;

  beforeAll(async () => {
    key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
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
    const place: Place = { version: 2, id: 'a', field: 'patient' };
    const plain = new Uint8Array(16);
    expect(await seal(key, place, plain)).not.toEqual(await seal(key, place, plain));
  });
});
