/** What the page and passphrase.worker.ts say to each other. */

/** How dear Argon2id (RFC 9106) is. */
export interface Argon2Parameters {
  /** KiB */
  readonly memory: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface DerivationRequest {
  readonly passphrase: string;
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly parameters: Argon2Parameters;
}

export type DerivationReply = { readonly key: Uint8Array } | { readonly error: string };
