/** Argon2id takes a second and a lot of memory on purpose: it runs here, apart from the page. */
import { argon2id } from 'hash-wasm';
import type { DerivationReply, DerivationRequest } from '../records/lock/passphrase';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<DerivationRequest>) => {
  const { passphrase, salt, parameters } = data;
  argon2id({
    password: passphrase,
    salt,
    iterations: parameters.passes,
    memorySize: parameters.memory,
    parallelism: parameters.lanes,
    hashLength: 32,
    outputType: 'binary',
  }).then(
    (key) => self.postMessage({ key } satisfies DerivationReply),
    (error: unknown) => self.postMessage({ error: String(error) } satisfies DerivationReply),
  );
});
