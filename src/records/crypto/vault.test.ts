import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { seal, SealBroken, unseal, type SealContext } from './vault';

const contexts: fc.Arbitrary<SealContext> = fc.record({
  version: fc.constant(2 as const),
  id: fc.string(),
  createdAt: fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }),
  field: fc.constantFrom('patient', 'visit', 'image'),
});
const plains = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));

describe('vault', () => {
  let key: CryptoKey;

  beforeAll(async () => {
    key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  });

  it('gives back what it sealed', () =>
    fc.assert(
      fc.asyncProperty(contexts, plains, async (context, plain) => {
        expect(await unseal(key, context, await seal(key, context, plain))).toEqual(plain);
      }),
    ));

  it('finds any changed byte', () =>
    fc.assert(
      fc.asyncProperty(
        contexts,
        plains,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (context, plain, at, flip) => {
          const sealed = await seal(key, context, plain);
          const index = at % sealed.length;
          sealed[index] = (sealed[index] ?? 0) ^ flip;
          await expect(unseal(key, context, sealed)).rejects.toThrow(SealBroken);
        },
      ),
    ));

  it('finds a cut', () =>
    fc.assert(
      fc.asyncProperty(contexts, plains, fc.nat(), async (context, plain, at) => {
        const sealed = await seal(key, context, plain);
        await expect(unseal(key, context, sealed.slice(0, at % sealed.length))).rejects.toThrow(SealBroken);
      }),
    ));

  it('opens a ciphertext only at its own context', () =>
    fc.assert(
      fc.asyncProperty(contexts, contexts, plains, async (context, other, plain) => {
        fc.pre(JSON.stringify(context) !== JSON.stringify(other));
        await expect(unseal(key, other, await seal(key, context, plain))).rejects.toThrow(SealBroken);
      }),
    ));

  it('never seals twice alike', async () => {
    const context: SealContext = { version: 2, id: 'a', field: 'patient' };
    const plain = new Uint8Array(16);
    expect(await seal(key, context, plain)).not.toEqual(await seal(key, context, plain));
  });
});
