/** Argon2id takes a second and a lot of memory on purpose: it runs here, apart from the page. */
import { answer, type PassphraseRequest } from './passphrase';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('message', ({ data }: MessageEvent<PassphraseRequest>) => {
  void answer(data).then((reply) => self.postMessage(reply));
});
