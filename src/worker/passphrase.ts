/** From what a person remembers to a key: Argon2id (RFC 9106), as slow as this device bears. */
import { argon2id } from 'hash-wasm';

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

/** What page and passphrase worker say to each other; a worker answers one request and is ended. */
export type PassphraseRequest =
  | ({ readonly kind: 'derive' } & DerivationRequest)
  /** Finds the parameters for this device. */
  | { readonly kind: 'calibrate' };

export type PassphraseReply =
  | { readonly kind: 'derived'; readonly key: Uint8Array }
  | { readonly kind: 'calibrated'; readonly parameters: Argon2Parameters }
  | { readonly kind: 'failed'; readonly detail: string };

/** 32 bytes from a passphrase. */
export type Derive = (request: DerivationRequest) => Promise<Uint8Array>;

/** Least that OWASP recommends of Argon2id: 19 MiB, two passes, one lane. */
export const leastParameters: Argon2Parameters = { memory: 19 * 1024, passes: 2, lanes: 1 };

/** Memory that also a phone can give, in KiB. */
const mostMemory = 128 * 1024;
/** What a derivation may take, in milliseconds. */
const patience = 1000;

export const derive: Derive = ({ passphrase, salt, parameters }) =>
  argon2id({
    password: passphrase,
    salt,
    iterations: parameters.passes,
    memorySize: parameters.memory,
    parallelism: parameters.lanes,
    hashLength: 32,
    outputType: 'binary',
  });

/**
 * The slowest parameters that stay within a second on this device, never less than `leastParameters`.
 * Time goes with memory times passes; memory is what makes guessing dear, so it grows first.
 * @param milliseconds that `leastParameters` took
 */
export function calibrated(milliseconds: number): Argon2Parameters {
  const budget = patience / Math.max(milliseconds, 1);
  if (budget <= 1) return leastParameters;
  const wanted = Math.floor((leastParameters.memory * budget) / 1024) * 1024;
  const memory = Math.min(Math.max(wanted, leastParameters.memory), mostMemory);
  const left = (leastParameters.memory * leastParameters.passes * budget) / memory;
  return { memory, passes: Math.min(Math.max(2, Math.floor(left)), 10), lanes: 1 };
}

/**
 * Measures the device with a passphrase of no meaning. Runs where the derivation runs, because the start of a
 * worker and the compilation would be taken for slow computing, and the parameters would be weaker than meant.
 */
export async function calibrate(
  by: Derive = derive,
  now = () => performance.now(),
): Promise<Argon2Parameters> {
  const request = { passphrase: 'calibration', salt: new Uint8Array(16), parameters: leastParameters };
  // The first run compiles.
  await by(request);
  const start = now();
  await by(request);
  return calibrated(now() - start);
}

/** Does what a request asks for; never rejects. */
export async function answer(
  request: PassphraseRequest,
  by: Derive = derive,
  now?: () => number,
): Promise<PassphraseReply> {
  try {
    if (request.kind === 'calibrate') return { kind: 'calibrated', parameters: await calibrate(by, now) };
    return { kind: 'derived', key: await by(request) };
  } catch (error) {
    return { kind: 'failed', detail: String(error) };
  }
}
