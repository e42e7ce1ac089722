import type { KeyDerivation } from '../records/lock/passphrase';
import { derive, leastParameters } from '../worker/passphrase';

/** What src/worker/passphrase.worker.ts does, in the caller's own thread; nothing is measured. */
export const argon2Here: KeyDerivation = {
  derive: async (request) => Uint8Array.from(await derive(request)),
  calibrate: () => Promise.resolve(leastParameters),
};
