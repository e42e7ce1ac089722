/**
 * The keys of the record. A random data key seals everything; on the disk it lies sealed itself: with a key that
 * this device made and that no script can read out, or, once there is a passphrase, with keys from what the person
 * knows or has. So a lock can be set, changed and taken off without a picture being encrypted anew.
 */
import { Failure } from '../../failure';
import {
  atomic,
  personalStores,
  type DataKeyRow,
  type DeviceKey,
  type RecordDatabase,
  type Sealed,
  type StoreName,
} from '../store/database';
import { seal, SealBroken, unseal, type SealContext } from './vault';

export interface DataKey {
  /** Tells this key from the one that follows after "delete all". */
  readonly id: string;
  /** AES-GCM 256, not extractable. */
  readonly key: CryptoKey;
}

/** What seals the data key. */
export type Sealer = 'device' | 'passphrase' | 'recovery' | 'passkey';

const aes = { name: 'AES-GCM', length: 256 } as const;

/** The device's own key, where there is one. */
export async function deviceKey(database: RecordDatabase): Promise<DeviceKey | undefined> {
  return (await database.get('keys', 'device')) as DeviceKey | undefined;
}

export async function dataKeyRow(database: RecordDatabase): Promise<DataKeyRow | undefined> {
  return await database.get('keys', 'data');
}

/**
 * The key of the record, made at first use. Two tabs that ask at once get the same one: whichever
 * transaction is second finds the first one's. A data key that the device's key does not open, or that cannot be read,
 * stays as it is: what it sealed may be opened the next time, and until somebody deletes everything nothing takes its
 * place.
 * @throws Failure `record-locked` when a passphrase is set, `record-key-lost` when the device's key does not open it
 */
export async function dataKey(database: RecordDatabase): Promise<DataKey> {
  const [present, device] = await Promise.all([dataKeyRow(database), deviceKey(database)]);
  if (present?.byPassphrase) throw new Failure('record-locked');
  if (present) {
    const raw = await rawByDevice(present, device);
    if (!raw) throw new Failure('record-key-lost', device ? 'another device key' : 'no device key');
    return imported(present.id, raw);
  }
  // Rows without a key are of a record whose key cannot be read just now, or is gone.
  if (await holdsRows(database)) throw new Failure('record-key-lost', 'no data key');

  const fresh = device ?? (await newDeviceKey());
  const id = crypto.randomUUID();
  const made = crypto.getRandomValues(new Uint8Array(32));
  const byDevice = await wrap(fresh.key, id, 'device', made);
  const stores: StoreName[] = ['keys'];
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
  const mine = await atomic(transaction, async () => {
    const keys = transaction.objectStore('keys');
    const [data, own] = await Promise.all([keys.get('data'), keys.get('device')]);
    if (data !== undefined || own?.id !== device?.id) return false;
    await keys.put(fresh, 'device');
    await keys.put({ id, byDevice }, 'data');
    return true;
  });
  return mine ? imported(id, made) : dataKey(database);
}

async function holdsRows(database: RecordDatabase): Promise<boolean> {
  const counts = await Promise.all(personalStores.map((store) => database.count(store)));
  return counts.some((count) => count > 0);
}

export async function newDeviceKey(): Promise<DeviceKey> {
  const key = await crypto.subtle.generateKey(aes, false, ['encrypt', 'decrypt']);
  return { id: crypto.randomUUID(), key };
}

/** The bytes of the data key; undefined where the device's key does not open it. */
export async function rawByDevice(
  { id, byDevice }: DataKeyRow,
  device: DeviceKey | undefined,
): Promise<Sealed | undefined> {
  return byDevice && device && (await unwrap(device.key, id, 'device', byDevice));
}

/** Seals the bytes of the data key `id` with `sealer`. */
export function wrap(key: CryptoKey, id: string, sealer: Sealer, raw: Sealed): Promise<Sealed> {
  return seal(key, contextOf(id, sealer), raw);
}

/** The bytes of the data key; undefined when `key` is not the one that sealed them. */
export async function unwrap(
  key: CryptoKey,
  id: string,
  sealer: Sealer,
  sealed: Sealed,
): Promise<Sealed | undefined> {
  try {
    return await unseal(key, contextOf(id, sealer), sealed);
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** `raw` as a key that no script can read out, and its bytes wiped. */
export async function imported(id: string, raw: Sealed): Promise<DataKey> {
  const key = await importKey(raw);
  raw.fill(0);
  return { id, key };
}

/** A key to seal with from 32 bytes. */
export function importKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, aes, false, ['encrypt', 'decrypt']);
}

/** A key to seal with from bytes that cannot be guessed (HKDF, RFC 5869). */
export async function keyFromSecret(
  secret: Uint8Array<ArrayBuffer>,
  info: 'recovery' | 'passkey',
): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const hkdf = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: new TextEncoder().encode(`lentigo-${info}`),
  };
  return crypto.subtle.deriveKey(hkdf, base, aes, false, ['encrypt', 'decrypt']);
}

function contextOf(id: string, sealer: Sealer): SealContext {
  return { version: 2, id, field: `data-key by ${sealer}` };
}
