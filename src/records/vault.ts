/**
 * Encryption at rest: AES-GCM 256 with a key that this device made and that no script can read out.
 * Every ciphertext is bound to its place, so that none can be exchanged for another unnoticed.
 */
import type { DeviceKey, RecordDatabase, Sealed } from './database';

/** Where a ciphertext belongs; authenticated with it. */
export interface Place {
  readonly id: string;
  readonly createdAt: Date;
  readonly field: 'summary' | 'body' | 'note' | 'picture';
}

/** 96 bits, as NIST SP 800-38D recommends for AES-GCM; random, never used twice. */
const ivLength = 12;

/** Ciphertext that is not what was written at this place, or that another key made. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/**
 * The device's key, made at first use. Two tabs that ask at once get the same one: whichever
 * transaction is second finds the first one's.
 */
export async function deviceKey(database: RecordDatabase): Promise<DeviceKey> {
  const present = await database.get('keys', 'device');
  if (present) return present;
  const fresh: DeviceKey = {
    id: crypto.randomUUID(),
    key: await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
  };
  const transaction = database.transaction('keys', 'readwrite', { durability: 'strict' });
  const earlier = await transaction.store.get('device');
  if (!earlier) await transaction.store.put(fresh, 'device');
  await transaction.done;
  return earlier ?? fresh;
}

/** Encrypts `plain` for `place`: 12 bytes IV, then ciphertext and 16 bytes tag. */
export async function seal(key: CryptoKey, place: Place, plain: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(ivLength));
  const ciphertext = await crypto.subtle.encrypt(algorithm(iv, place), key, plain);
  const sealed = new Uint8Array(ivLength + ciphertext.byteLength);
  sealed.set(iv);
  sealed.set(new Uint8Array(ciphertext), ivLength);
  return sealed;
}

/** @throws SealBroken when `sealed` was changed, moved or made with another key. */
export async function unseal(key: CryptoKey, place: Place, sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const iv = sealed.slice(0, ivLength);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm(iv, place), key, sealed.subarray(ivLength)));
  } catch (error) {
    throw new SealBroken(`${place.field} of ${place.id}`, { cause: error });
  }
}

function algorithm(iv: Uint8Array<ArrayBuffer>, { id, createdAt, field }: Place): AesGcmParams {
  const address = JSON.stringify(['lentigo-record', 1, id, createdAt.getTime(), field]);
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(address) };
}
