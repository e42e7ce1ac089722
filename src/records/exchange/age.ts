/** The age file format (https://age-encryption.org/v1): compatible with `age` in both directions. */
import { Failure } from '../../failure';
import type { AgeFollowUp, AgeKey, AgeLock, AgeReply, AgeRequest } from '../../worker/age-protocol';

export type { AgeKey, AgeLock };

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Base-2 logarithm of scrypt's cost N, with r = 8 and p = 1: the least that OWASP's Password Storage Cheat Sheet
 * names. It takes 128 MB for a moment, which a phone can give.
 */
export const scryptCost = 17;

/** What `age` itself writes; more than this is a file that wants to use up the memory. */
const mostCost = 18;

const intro = 'age-encryption.org/v1\n';
/** A header with a passphrase has some 180 bytes; each address takes some 110. */
const longestHeader = 1 << 14;

/**
 * The bytes of an age file that holds `plain`.
 * @throws Failure `aborted`, or whatever `plain` throws
 */
export async function* encrypted(
  plain: AsyncGenerator<Bytes>,
  lock: AgeLock,
  signal?: AbortSignal,
): AsyncGenerator<Bytes> {
  const worker = new AgeWorker({ kind: 'encrypt', lock: asSaved(lock) }, signal);
  try {
    for (;;) {
      const reply = await worker.reply();
      if (reply.kind === 'want') {
        const { value } = (await plain.next()) as IteratorResult<Bytes, undefined>;
        worker.post({ kind: 'plain', chunk: value });
      } else if (reply.kind === 'chunk') {
        yield reply.chunk;
        worker.post({ kind: 'more' });
      } else {
        return;
      }
    }
  } finally {
    worker.end();
    await plain.return(undefined);
  }
}

/** What a file asks for: a passphrase, or the identity of one of the addresses that it was written to. */
export async function lockOf(file: Blob): Promise<'passphrase' | 'recipient'> {
  return (await headerOf(file)).lock;
}

/** A file whose key was right; it can be read more than once without deriving its key again. */
export class AgeFile {
  readonly #file: Blob;
  readonly #key: Bytes;

  private constructor(file: Blob, key: Bytes) {
    this.#file = file;
    this.#key = key;
  }

  /** @throws Failure `backup-foreign`, `backup-damaged`, `backup-passphrase`, `backup-not-for-us` or `aborted` */
  static async open(file: Blob, key: AgeKey, signal?: AbortSignal): Promise<AgeFile> {
    const { header, lock } = await headerOf(file);
    const wrong = lock === 'passphrase' ? 'backup-passphrase' : 'backup-not-for-us';
    if ('passphrase' in key !== (lock === 'passphrase')) throw new Failure(wrong, 'another kind of key');
    for (const form of formsOf(key)) {
      const fileKey = await fileKeyOf(header, form, signal);
      if (fileKey) return new AgeFile(file, fileKey);
    }
    throw new Failure(wrong, 'header');
  }

  get size(): number {
    return this.#file.size;
  }

  /**
   * What was encrypted, from its beginning; fails where the file was altered or ends too early.
   * @param onRead told how many bytes of the file have been read
   */
  async *plain(onRead: (bytes: number) => void, signal?: AbortSignal): AsyncGenerator<Bytes> {
    const worker = new AgeWorker({ kind: 'decrypt', file: this.#file, fileKey: this.#key }, signal);
    try {
      for (;;) {
        const reply = await worker.reply();
        if (reply.kind !== 'chunk') return;
        onRead(reply.read);
        yield reply.chunk;
        worker.post({ kind: 'more' });
      }
    } finally {
      worker.end();
    }
  }
}

/** A passphrase as it is saved: the same however a keyboard composes its accents. */
function asSaved(lock: AgeLock): AgeLock {
  return 'passphrase' in lock ? { ...lock, passphrase: lock.passphrase.normalize('NFKC') } : lock;
}

/** What a key may mean: other programs, and earlier versions, take a passphrase as it was typed. */
function formsOf(key: AgeKey): AgeKey[] {
  if (!('passphrase' in key)) return [key];
  const { passphrase } = key;
  const forms = [
    passphrase,
    ...(['NFKC', 'NFC', 'NFD', 'NFKD'] as const).map((form) => passphrase.normalize(form)),
  ];
  return [...new Set(forms)].map((each) => ({ passphrase: each }));
}

/** @returns undefined where the key is not one of the file's */
async function fileKeyOf(header: Bytes, key: AgeKey, signal?: AbortSignal): Promise<Bytes | undefined> {
  const worker = new AgeWorker({ kind: 'open', header, key }, signal);
  try {
    const reply = await worker.reply();
    if (reply.kind !== 'opened') throw new Failure('internal', reply.kind);
    return reply.fileKey;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('backup-damaged', 'header', { cause: error });
  } finally {
    worker.end();
  }
}

/** A new identity and the address that belongs to it. */
export async function newIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const worker = new AgeWorker({ kind: 'identity' });
  try {
    const reply = await worker.reply();
    if (reply.kind !== 'made') throw new Failure('internal', reply.kind);
    return { identity: reply.identity, recipient: reply.recipient };
  } finally {
    worker.end();
  }
}

async function headerOf(file: Blob): Promise<{ header: Bytes; lock: 'passphrase' | 'recipient' }> {
  const start = new TextDecoder('latin1').decode(await file.slice(0, longestHeader).arrayBuffer());
  if (!start.startsWith(intro)) throw new Failure('backup-foreign', 'no age file');
  const header = /^[^]*?\n---[^\n]*\n/.exec(start)?.[0];
  const cost = /^-> scrypt \S+ (\d+)$/m.exec(header ?? start)?.[1];
  if (cost === undefined && !/^-> X25519 /m.test(header ?? start)) {
    throw new Failure('backup-foreign', 'neither by passphrase nor to an address');
  }
  if (header === undefined || Number(cost ?? 0) > mostCost) throw new Failure('backup-damaged', 'header');
  const bytes = Uint8Array.from(header, (character) => character.charCodeAt(0));
  return { header: bytes, lock: cost === undefined ? 'recipient' : 'passphrase' };
}

/** A worker for one request, which is ended with it. */
class AgeWorker {
  readonly #worker = new Worker(new URL('../../worker/age.worker.ts', import.meta.url), {
    type: 'module',
  });
  readonly #replies: AgeReply[] = [];
  readonly #signal: AbortSignal | undefined;
  #broken: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(request: AgeRequest, signal?: AbortSignal) {
    this.#signal = signal;
    this.#worker.onmessage = ({ data }: MessageEvent<AgeReply>) => {
      if (data.kind === 'failed') this.#broken = new Error(data.detail);
      else this.#replies.push(data);
      this.#wake?.();
    };
    this.#worker.onerror = ({ message }) => this.#break(new Failure('worker-lost', message));
    signal?.addEventListener('abort', this.#abort);
    if (signal?.aborted) this.#abort();
    else this.#worker.postMessage(request);
  }

  post(message: AgeFollowUp): void {
    this.#worker.postMessage(message);
  }

  /** The next reply. @throws Failure, or an Error where the worker could not do it */
  async reply(): Promise<AgeReply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply) return reply;
      if (this.#broken) throw this.#broken;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  end(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    this.#worker.terminate();
  }

  readonly #abort = (): void => this.#break(new Failure('aborted'));

  #break(failure: Failure): void {
    this.#replies.length = 0;
    this.#broken = failure;
    this.#worker.terminate();
    this.#wake?.();
  }
}
