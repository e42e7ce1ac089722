/**
 * Databases of the record as earlier versions of the app left them (src/records/testdata), made by
 * `npm run record-fixture`. Beside each stands what was written to it.
 */
import { restoreDatabase, type DatabaseDump } from './database-dump';

export interface RecordFixture {
  readonly database: DatabaseDump;
  /** What lies beside the database. */
  readonly localStorage: Readonly<Record<string, string>>;
}

/** What was written to the record, in the form that `summed` gives. */
export interface WrittenRecord {
  readonly settings: unknown;
  readonly passphrase: string;
  readonly recoveryCode: string;
  /** Bytes in base64. */
  readonly passkey: { readonly credential: string; readonly secret: string };
  /** This device among colleagues. */
  readonly card: unknown;
  readonly identity: string;
  /** In the order of their names. */
  readonly colleagues: readonly unknown[];
  readonly patients: readonly WithId[];
  readonly lesions: readonly WithId[];
  /** Oldest first. */
  readonly examinations: readonly (WithId & { readonly pictures: readonly WithId[] })[];
  /** Ids of the examinations that cannot be opened. */
  readonly damaged: readonly string[];
  /** Ids of what was removed or merged into another; nothing of it is left. */
  readonly gone: readonly string[];
}

interface WithId {
  readonly id: string;
}

/** The database without a lock, as `record-schema-3-open`, and the same after a passphrase was set. */
export type RecordFixtureName = 'record-schema-3' | 'record-schema-3-open';

/** Makes the database of a fixture, under `database` where that is given. */
export async function loadFixture(name: RecordFixtureName, database?: string): Promise<RecordFixture> {
  const { default: fixture } = (await import(`../records/testdata/${name}.json`)) as {
    default: RecordFixture;
  };
  await restoreDatabase(fixture.database, database);
  return fixture;
}

/**
 * A value as it stands in the list of what was written: a Blob by type, size and hash, a Float32Array by length and
 * hash of its bytes (little endian), a Date as ISO time, without properties that are undefined.
 */
export async function summed(value: unknown): Promise<unknown> {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Blob) {
    return { type: value.type, bytes: value.size, sha256: await sha256(await value.arrayBuffer()) };
  }
  if (value instanceof Float32Array) {
    return { length: value.length, sha256: await sha256(Float32Array.from(value).buffer) };
  }
  if (Array.isArray(value)) return Promise.all(value.map(summed));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(async ([name, each]) => [name, await summed(each)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
