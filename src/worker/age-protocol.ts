/**
 * What page and age worker say to each other. A worker answers one request and is ended: its memory holds secrets.
 *
 *     identity                 → made
 *     open                     → opened
 *     encrypt                  → want … chunk … done; `want` is answered by `plain`, `chunk` by `more`
 *     decrypt                  → chunk … done; `chunk` is answered by `more`
 *
 * Anything may end in `failed`.
 */

/** What a file is locked with: a passphrase and the base-2 logarithm of scrypt's cost, or addresses (`age1…`). */
export type AgeLock =
  { readonly passphrase: string; readonly cost: number } | { readonly recipients: readonly string[] };

/** What opens a file: its passphrase, or the identity (`AGE-SECRET-KEY-1…`) of an address it was locked with. */
export type AgeKey = { readonly passphrase: string } | { readonly identity: string };

type Bytes = Uint8Array<ArrayBuffer>;

export type AgeRequest =
  | { readonly kind: 'identity' }
  | { readonly kind: 'open'; readonly header: Bytes; readonly key: AgeKey }
  | { readonly kind: 'encrypt'; readonly lock: AgeLock }
  | { readonly kind: 'decrypt'; readonly file: Blob; readonly fileKey: Bytes };

export type AgeFollowUp =
  /** The next bytes; undefined after the last. */
  { readonly kind: 'plain'; readonly chunk: Bytes | undefined } | { readonly kind: 'more' };

export type AgeReply =
  | { readonly kind: 'made'; readonly identity: string; readonly recipient: string }
  /** Undefined where the key is not one of this file's. */
  | { readonly kind: 'opened'; readonly fileKey: Bytes | undefined }
  | { readonly kind: 'want' }
  /** @property read bytes of the file that have been read, where one is decrypted */
  | { readonly kind: 'chunk'; readonly chunk: Bytes; readonly read: number }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly detail: string };
