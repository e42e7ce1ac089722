import { argon2id } from 'hash-wasm';
import type { Derive } from '../records/lock/passphrase';

/** What src/worker/passphrase.worker.ts does, in the caller's own thread. */
export const argon2Here: Derive = async ({ passphrase, salt, parameters }) =>
  Uint8Array.from(
    await argon2id({
      password: passphrase,
      salt,
      iterations: parameters.passes,
      memorySize: parameters.memory,
      parallelism: parameters.lanes,
      hashLength: 32,
      outputType: 'binary',
    }),
  );
