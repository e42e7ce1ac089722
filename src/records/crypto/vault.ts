/**
 * Encryption at rest: AES-GCM 256. Every ciphertext is bound to the row
 * and field that it belongs to, so that none can be exchanged for another unnoticed.
 */
import type { Sealed } from '../store/database';

/** Where a ciphertext belongs; authenticated with it. */
export interface SealContext {
  /** Of the form of a context. */
  readonly version: 2;
  readonly id: string;
  /** Of what has its time in the key of its row. */
  readonly createdAt?: Date | undefined;
  readonly field: string;
}

/** 96 bits, as NIST SP 800-38D recommends for AES-GCM; random, never used twice. */
const ivLength = 12;

/** Ciphertext that was changed, moved, or made with another key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** Encrypts `plain` for `context`: 12 bytes IV, then ciphertext and 16 bytes tag. */
export async function seal(
  key: CryptoKey,
  context: SealContext,
  plain: Uint8Array<ArrayBuffer>,
): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const ciphertext = await crypto.subtle.encrypt(algorithm(iv, context), key, plain);
  const sealed = new Uint8Array(ivLength + ciphertext.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(ciphertext), ivLength);
  return sealed;
}

/** @throws SealBroken when `sealed` was changed, moved or made with another key. */
export async function unseal(
  key: CryptoKey,
  context: SealContext,
  sealed: Sealed,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const iv = sealed.slice(0, ivLength);
    return new Uint8Array(
      await crypto.subtle.decrypt(algorithm(iv, context), key, sealed.subarray(ivLength)),
    );
  } catch (error) {
    throw new SealBroken(`${context.field} of ${context.id}`, { cause: error });
  }
}

function algorithm(
  iv: Uint8Array<ArrayBuffer>,
  { version, id, createdAt, field }: SealContext,
): AesGcmParams {
  const address = JSON.stringify(['lentigo-record', version, id, createdAt?.getTime() ?? null, field]);
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(address) };
}
