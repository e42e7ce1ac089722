/**
 * Everything that can go wrong with a picture, a pack, a backend or the record,
 * as a closed list: what the worker sends and the page turns into words.
 */
export const failureCodes = [
  'picture-empty',
  'picture-unsupported',
  'decoder-missing',
  'picture-damaged',
  'picture-too-large',
  'pack-offline',
  'pack-portal',
  'pack-damaged',
  'pack-too-new',
  'pack-none',
  'pack-too-large',
  'pack-tampered',
  'pack-other-key',
  'pack-same-version',
  'update-none',
  'update-other-model',
  'update-other-version',
  'update-own',
  'update-same-device',
  'update-tampered',
  'update-twice',
  'backup-passphrase',
  'backup-not-for-us',
  'backup-foreign',
  'backup-damaged',
  'backup-too-new',
  'armour-damaged',
  'armour-several',
  'address-wrong',
  'opinion-tampered',
  'browser-unfit',
  'backend-unavailable',
  'storage-full',
  'storage-unavailable',
  'record-too-new',
  'record-stale',
  'record-locked',
  'record-key-lost',
  'passphrase-wrong',
  'passphrase-wait',
  'recovery-wrong',
  'passkey-failed',
  'aborted',
  'worker-lost',
  'internal',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** An expected failure: `code` says which, `detail` is for the log, never for the screen. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: FailureCode,
    readonly detail = '',
    options?: ErrorOptions,
  ) {
    super(detail ? `${code}: ${detail}` : code, options);
  }
}

/** Any thrown value as a Failure; what is not one already becomes `internal`. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'AbortError') {
    return new Failure('aborted', thrown.message, { cause: thrown });
  }
  if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
    return new Failure('storage-full', thrown.message, { cause: thrown });
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure('internal', detail, { cause: thrown });
}
