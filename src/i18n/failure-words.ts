import type { FailureCode } from '../failure';
import { m } from './paraglide/messages.js';

const words: Readonly<Record<FailureCode, () => string>> = {
  'picture-empty': m.failure_picture_empty,
  'picture-unsupported': m.failure_picture_unsupported,
  'decoder-missing': m.failure_decoder_missing,
  'picture-damaged': m.failure_picture_damaged,
  'picture-too-large': m.failure_picture_too_large,
  'pack-offline': m.failure_pack_offline,
  'pack-portal': m.failure_pack_portal,
  'pack-damaged': m.failure_pack_damaged,
  'pack-too-new': m.failure_pack_too_new,
  'pack-none': m.failure_pack_none,
  'pack-too-large': m.failure_pack_too_large,
  'pack-tampered': m.failure_pack_tampered,
  'pack-other-key': m.failure_pack_other_key,
  'pack-same-version': m.failure_pack_same_version,
  'update-none': m.failure_update_none,
  'update-other-model': m.failure_update_other_model,
  'update-other-version': m.failure_update_other_version,
  'update-own': m.failure_update_own,
  'update-twice': m.failure_update_twice,
  'backup-passphrase': m.failure_backup_passphrase,
  'backup-not-for-us': m.failure_backup_not_for_us,
  'backup-foreign': m.failure_backup_foreign,
  'backup-damaged': m.failure_backup_damaged,
  'backup-too-new': m.failure_backup_too_new,
  'armour-damaged': m.failure_armour_damaged,
  'armour-several': m.failure_armour_several,
  'address-wrong': m.failure_address_wrong,
  'opinion-tampered': m.failure_opinion_tampered,
  'browser-unfit': m.failure_browser_unfit,
  'backend-unavailable': m.failure_backend_unavailable,
  'storage-full': m.failure_storage_full,
  'storage-unavailable': m.failure_storage_unavailable,
  'record-too-new': m.failure_record_too_new,
  'record-stale': m.failure_record_stale,
  'record-locked': m.failure_record_locked,
  'record-key-lost': m.failure_record_key_lost,
  'passphrase-wrong': m.failure_passphrase_wrong,
  'passphrase-wait': m.failure_passphrase_wait,
  'recovery-wrong': m.failure_recovery_wrong,
  'passkey-failed': m.failure_passkey_failed,
  aborted: m.failure_aborted,
  'worker-lost': m.failure_worker_lost,
  internal: m.failure_internal,
};

/** What the person is told of a failure, and what helps. */
export function failureWords(code: FailureCode): string {
  return words[code]();
}
