/**
 * The keys of the record. A random data key seals everything; on the disk it lies sealed itself, with a key
 * that this device made and that no script can read out. So another lock can take the place of the device's
 * key without a picture being encrypted anew.
 */
import {
  atomic,
  type DataKeyRow,
  type DeviceKey,
  type RecordDatabase,
  type Sealed,
  type StoreName,
} from './database';
import { seal, SealBroken, unseal, type Place } from './vault';

export interface DataKey {
  /** Tells this key from the one that follows after "delete all". */
  readonly id: string;
  /** AES-GCM 256, not extractable. */
  readonly key: CryptoKey;
}

const aes = { name: 'AES-GCM', length: 256 } as const;

/** The device's own key, where there is one. */
export async function deviceKey(database: RecordDatabase): Promise<DeviceKey | undefined> {
  return (await database.get('keys', 'device')) as DeviceKey | undefined;
}

/**
 * The key of the record, made at first use. Two tabs that ask at once get the same one: whichever
 * transaction is second finds the first one's. Where the device's key is lost a new data key is made:
 * what the old one sealed is lost as well, but new records are possible.
 */
export async function dataKey(database: RecordDatabase): Promise<DataKey> {
  const [row, device] = await Promise.all([database.get('keys', 'data'), deviceKey(database)]);
  const present = row as DataKeyRow | undefined;
  const key = present && (await opened(present, device));
  if (key) return key;

  const fresh = device ?? {
    id: crypto.randomUUID(),
    key: await crypto.subtle.generateKey(aes, false, ['encrypt', 'decrypt']),
  };
  const id = crypto.randomUUID();
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const byDevice = await seal(fresh.key, placeOf(id), raw);
  const stores: StoreName[] = ['keys'];
  const transaction = database.transaction(stores, 'readwrite', { durability: 'strict' });
  const mine = await atomic(transaction, async () => {
    const keys = transaction.objectStore('keys');
    const [data, own] = await Promise.all([keys.get('data'), keys.get('device')]);
    if (data?.id !== present?.id || own?.id !== device?.id) return false;
    await keys.put(fresh, 'device');
    await keys.put({ id, byDevice }, 'data');
    return true;
  });
  if (!mine) return dataKey(database);
  return { id, key: await imported(raw) };
}

async function opened(
  { id, byDevice }: DataKeyRow,
  device: DeviceKey | undefined,
): Promise<DataKey | undefined> {
  if (!byDevice || !device) return undefined;
  try {
    return { id, key: await imported(await unseal(device.key, placeOf(id), byDevice)) };
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** `raw` as a key that no script can read out, and its bytes wiped. */
async function imported(raw: Sealed): Promise<CryptoKey> {
  const key = await crypto.subtle.importKey('raw', raw, aes, false, ['encrypt', 'decrypt']);
  raw.fill(0);
  return key;
}

function placeOf(id: string): Place {
  return { version: 2, id, field: 'data-key' };
}
