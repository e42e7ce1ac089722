/**
 * The key that signs the backups of this record, sealed like everything personal. It travels inside the backups, so
 * that a record that was restored on another device is still the same record.
 */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../../base64';
import { parseJson } from '../crypto/codec';
import { whole } from '../crypto/sealed';
import { seal, unseal, type SealContext } from '../crypto/vault';
import { again, type Opened, type RecordStore } from '../rows/record-store';
import type { Writing } from '../store/database';
import { keyLength } from './backup/signature';

/** The row among those of sharing. */
export const recordKeyRow = 'record';

export const RecordKeySchema = v.object({
  id: v.pipe(v.string(), v.uuid()),
  /** 32 bytes as base64. */
  key: v.pipe(
    v.string(),
    v.base64(),
    v.maxLength(44),
    v.check((text) => fromBase64(text).length === keyLength),
  ),
});

/** In base64, as it stands in the record and in a backup. */
export type RecordKey = v.InferOutput<typeof RecordKeySchema>;

const context: SealContext = { version: 2, id: recordKeyRow, field: 'sharing' };

/** The record's key; undefined where no backup was made or restored yet. */
export async function presentRecordKey({ database, key }: Opened): Promise<RecordKey | undefined> {
  const row = await database.get('sharing', recordKeyRow);
  const opening = async () => row && parseJson(RecordKeySchema, await unseal(key, context, row.content));
  return whole(opening(), undefined);
}

/** The record's key, made at first use. */
export function recordKey(store: RecordStore): Promise<RecordKey> {
  return store.write(
    ['sharing'],
    async (opened) => {
      const present = await presentRecordKey(opened);
      if (present) return { present, content: undefined, before: undefined };
      const bytes = crypto.getRandomValues(new Uint8Array(keyLength));
      const made = { id: crypto.randomUUID(), key: toBase64(bytes) };
      const before = (await opened.database.get('sharing', recordKeyRow))?.content;
      return { present: made, content: await sealedKey(opened.key, made), before };
    },
    async (writing, { present, content, before }) => {
      if (!content) return present;
      // Of two tabs the second finds the key of the first.
      const stored = await writing.objectStore('sharing').get(recordKeyRow);
      if (stored?.content.join() !== before?.join()) return again;
      await putRecordKey(writing, content);
      return present;
    },
  );
}

function sealedKey(key: CryptoKey, recordKey: RecordKey): Promise<Uint8Array<ArrayBuffer>> {
  return seal(key, context, new TextEncoder().encode(JSON.stringify(recordKey)));
}

async function putRecordKey(writing: Writing, content: Uint8Array<ArrayBuffer>): Promise<void> {
  await writing.objectStore('sharing').put({ id: recordKeyRow, content });
}

/** Makes another record's key this one's: of a record that has just been restored from it. */
export function adoptRecordKey(store: RecordStore, adopted: RecordKey): Promise<void> {
  return store.write(
    ['sharing'],
    ({ key }) => sealedKey(key, adopted),
    (writing, content) => putRecordKey(writing, content),
  );
}
