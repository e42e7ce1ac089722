/**
 * The key that signs the backups of this record. It travels inside the backups, so that a record that was restored on
 * another device is still the same record.
 */
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../../base64';
import type { Opened, RecordStore } from '../rows/record-store';
import { keyLength } from './backup/signature';
import { KeptKey } from './kept-key';
import { recordKeyRow } from './sharing-rows';

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

const kept = new KeptKey(recordKeyRow, RecordKeySchema, () => ({
  id: crypto.randomUUID(),
  key: toBase64(crypto.getRandomValues(new Uint8Array(keyLength))),
}));

/** The record's key; undefined where no backup was made or restored yet. */
export function presentRecordKey(opened: Opened): Promise<RecordKey | undefined> {
  return kept.present(opened);
}

/** The record's key, made at first use. */
export function recordKey(store: RecordStore): Promise<RecordKey> {
  return kept.needed(store);
}

/** Makes another record's key this one's: of a record that has just been restored from it. */
export function adoptRecordKey(store: RecordStore, adopted: RecordKey): Promise<void> {
  return kept.adopt(store, adopted);
}
