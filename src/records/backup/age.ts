/** The age file format (https://age-encryption.org/v1) with a passphrase: `age -d` opens what is written here. */
import { Decrypter, Encrypter } from 'age-encryption';
import { Failure } from '../../failure';

/**
 * Base-2 logarithm of scrypt's cost N, with r = 8 and p = 1: the least that OWASP's Password Storage Cheat Sheet
 * names. It takes 128 MB for a moment, which a phone can give.
 */
export const scryptCost = 17;

/** What `age` itself writes; more than this is a file that wants to use up the memory. */
const mostCost = 18;

const intro = 'age-encryption.org/v1\n';
/** A header with a passphrase has some 180 bytes. */
const longestHeader = 1024;

export async function encrypted(
  plain: ReadableStream<Uint8Array>,
  passphrase: string,
  cost: number,
): Promise<ReadableStream<Uint8Array>> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(cost);
  return encrypter.encrypt(plain);
}

/** A file whose passphrase was right; it can be read more than once without deriving its key anew. */
export class AgeFile {
  readonly #file: Blob;
  readonly #key: Uint8Array;

  private constructor(file: Blob, key: Uint8Array) {
    this.#file = file;
    this.#key = key;
  }

  /** @throws Failure `backup-foreign`, `backup-damaged` or `backup-passphrase` */
  static async open(file: Blob, passphrase: string): Promise<AgeFile> {
    const start = new TextDecoder('latin1').decode(await file.slice(0, longestHeader).arrayBuffer());
    if (!start.startsWith(intro)) throw new Failure('backup-foreign', 'no age file');
    const cost = /^-> scrypt \S+ (\d+)$/m.exec(start)?.[1];
    if (cost === undefined) throw new Failure('backup-foreign', 'not by passphrase');
    const header = /^[^]*?\n---[^\n]*\n/.exec(start)?.[0];
    if (header === undefined || Number(cost) > mostCost) throw new Failure('backup-damaged', 'header');
    const decrypter = new Decrypter();
    decrypter.addPassphrase(passphrase);
    try {
      const bytes = Uint8Array.from(header, (character) => character.charCodeAt(0));
      return new AgeFile(file, await decrypter.decryptHeader(bytes));
    } catch (error) {
      const wrong = error instanceof Error && error.message.startsWith('no identity matched');
      throw new Failure(wrong ? 'backup-passphrase' : 'backup-damaged', 'header', { cause: error });
    }
  }

  get size(): number {
    return this.#file.size;
  }

  /**
   * What was encrypted, from its beginning; fails where the file was altered or ends too early.
   * @param onRead told how many bytes of the file have been read
   */
  plain(onRead: (bytes: number) => void): Promise<ReadableStream<Uint8Array>> {
    const decrypter = new Decrypter();
    decrypter.addIdentity({ unwrapFileKey: () => this.#key });
    let read = 0;
    const counted = this.#file.stream().pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          read += chunk.length;
          onRead(read);
          controller.enqueue(chunk);
        },
      }),
    );
    return decrypter.decrypt(counted);
  }
}
