/** From what a person remembers to a key: Argon2id (RFC 9106), as slow as this device bears. */

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

/** 32 bytes from a passphrase. */
export type Derive = (request: DerivationRequest) => Promise<Uint8Array<ArrayBuffer>>;

/** Least that OWASP recommends of Argon2id: 19 MiB, two passes, one lane. */
export const leastParameters: Argon2Parameters = { memory: 19 * 1024, passes: 2, lanes: 1 };

/** Memory that also a phone can give, in KiB. */
const mostMemory = 128 * 1024;
/** What unlocking may take, in milliseconds. */
const patience = 1000;

/** How many characters a passphrase must have. */
export const leastLength = 8;

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

/** Measures the device with a passphrase of no meaning. */
export async function calibrate(derive: Derive, now = () => performance.now()): Promise<Argon2Parameters> {
  const request = { passphrase: 'calibration', salt: new Uint8Array(16), parameters: leastParameters };
  // The first run starts the worker and compiles.
  await derive(request);
  const start = now();
  await derive(request);
  return calibrated(now() - start);
}

/** The same passphrase however a keyboard composes its accents. */
export function normalised(passphrase: string): string {
  return passphrase.normalize('NFKC');
}

/** Derives in a worker that lives no longer than that: its memory holds the passphrase. */
export const deriveInWorker: Derive = (request) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../worker/passphrase.worker.ts', import.meta.url), {
      type: 'module',
    });
    const end = (): void => worker.terminate();
    worker.onmessage = ({ data }: MessageEvent<DerivationReply>) => {
      end();
      if ('error' in data) reject(new Error(data.error));
      else resolve(Uint8Array.from(data.key));
    };
    worker.onerror = ({ message }) => {
      end();
      reject(new Error(message));
    };
    worker.postMessage(request);
  });
