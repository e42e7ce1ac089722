/** Derives keys from passphrases in a worker. */
import type {
  Argon2Parameters,
  DerivationRequest,
  PassphraseReply,
  PassphraseRequest,
} from '../../worker/passphrase';

export type { Argon2Parameters };

/** How a key comes from a passphrase. */
export interface KeyDerivation {
  /** 32 bytes from a passphrase. */
  derive(request: DerivationRequest): Promise<Uint8Array<ArrayBuffer>>;
  /** What this device bears. */
  calibrate(): Promise<Argon2Parameters>;
}

/** The same passphrase however a keyboard composes its accents. */
export function normalised(passphrase: string): string {
  return passphrase.normalize('NFKC');
}

export const derivationInWorker: KeyDerivation = {
  async derive(request) {
    const reply = await asked({ kind: 'derive', ...request });
    if (reply.kind !== 'derived') throw new Error(reply.kind);
    return Uint8Array.from(reply.key);
  },
  async calibrate() {
    const reply = await asked({ kind: 'calibrate' });
    if (reply.kind !== 'calibrated') throw new Error(reply.kind);
    return reply.parameters;
  },
};

/** Asks a worker that lives no longer than that: its memory holds the passphrase. */
function asked(request: PassphraseRequest): Promise<PassphraseReply> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../../worker/passphrase.worker.ts', import.meta.url), {
      type: 'module',
    });
    const end = (): void => worker.terminate();
    worker.onmessage = ({ data }: MessageEvent<PassphraseReply>) => {
      end();
      if (data.kind === 'failed') reject(new Error(data.detail));
      else resolve(data);
    };
    worker.onerror = ({ message }) => {
      end();
      reject(new Error(message));
    };
    worker.postMessage(request);
  });
}
