/**
 * Zip files as streams. fflate makes the entries one by one, with their sizes before their data, so that a reader
 * needs no table of contents; the table at the end is for every other program. The table is our own, because streams
 * of fflate (`Zip`) and client-zip put the sizes after the data, where a reader of a stream would have to guess where
 * a stored picture ends; fflate also ends at 4 GB, and client-zip compresses nothing.
 */
import { Unzip, UnzipInflate, zipSync } from 'fflate';

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Entry {
  readonly name: string;
  readonly data: Bytes;
}

/** Lengths of what fflate writes for one entry besides its name and data. */
const directoryLength = 46;
const endLength = 22;

export class ZipWriter {
  readonly #wide: number;
  readonly #time: Date;
  readonly #directory: Bytes[] = [];
  #offset = 0;

  /**
   * @param time of every entry
   * @param wide offset or size from which on the wider fields of Zip64 are used
   */
  constructor(time: Date, wide = 0xffffffff) {
    this.#time = time;
    this.#wide = wide;
  }

  /** The bytes of an entry. Pictures are compressed already: they are stored as they are. */
  entry({ name, data }: Entry, compressed: boolean): Bytes {
    const whole = zipSync({ [name]: [data, { level: compressed ? 6 : 0, mtime: this.#time }] });
    const start = whole.length - endLength - directoryLength - new TextEncoder().encode(name).length;
    this.#directory.push(this.#listing(whole.slice(start, -endLength)));
    this.#offset += start;
    return whole.subarray(0, start);
  }

  /** The table of contents. */
  end(): Bytes {
    const size = this.#directory.reduce((sum, { length }) => sum + length, 0);
    const count = this.#directory.length;
    const wide = count >= 0xffff || size >= this.#wide || this.#offset >= this.#wide;
    const bytes = new Uint8Array(size + (wide ? 76 : 0) + endLength);
    let at = 0;
    for (const listing of this.#directory) {
      bytes.set(listing, at);
      at += listing.length;
    }
    const view = new DataView(bytes.buffer);
    if (wide) {
      // Zip64 end of central directory, then its locator.
      view.setUint32(at, 0x06064b50, true);
      view.setBigUint64(at + 4, 44n, true);
      view.setUint16(at + 12, 45, true);
      view.setUint16(at + 14, 45, true);
      view.setBigUint64(at + 24, BigInt(count), true);
      view.setBigUint64(at + 32, BigInt(count), true);
      view.setBigUint64(at + 40, BigInt(size), true);
      view.setBigUint64(at + 48, BigInt(this.#offset), true);
      view.setUint32(at + 56, 0x07064b50, true);
      view.setBigUint64(at + 64, BigInt(this.#offset + size), true);
      view.setUint32(at + 72, 1, true);
      at += 76;
    }
    view.setUint32(at, 0x06054b50, true);
    view.setUint16(at + 8, wide ? 0xffff : count, true);
    view.setUint16(at + 10, wide ? 0xffff : count, true);
    view.setUint32(at + 12, wide ? 0xffffffff : size, true);
    view.setUint32(at + 16, wide ? 0xffffffff : this.#offset, true);
    return bytes;
  }

  /** An entry of the table, which fflate wrote as though it stood at the beginning of the file. */
  #listing(listing: Bytes): Bytes {
    const view = new DataView(listing.buffer);
    if (this.#offset < this.#wide) {
      view.setUint32(42, this.#offset, true);
      return listing;
    }
    view.setUint16(6, 45, true);
    view.setUint16(30, 12, true);
    view.setUint32(42, 0xffffffff, true);
    const wide = new Uint8Array(listing.length + 12);
    wide.set(listing);
    const extra = new DataView(wide.buffer, listing.length);
    extra.setUint16(0, 1, true);
    extra.setUint16(2, 8, true);
    extra.setBigUint64(4, BigInt(this.#offset), true);
    return wide;
  }
}

/** A zip that is not whole, or holds more than it may. */
class ZipBroken extends Error {
  override readonly name = 'ZipBroken';
}

export interface ZipLimits {
  /** Bytes that an entry of this name may unpack to; 0 for a name that does not belong here. */
  readonly entry: (name: string) => number;
  /** Bytes that all compressed entries together may unpack to. */
  readonly total: number;
}

/** So small that not even the tightest compression (1:1032) makes more than some MB of it at once. */
const slice = 1 << 13;

/**
 * The entries in their order, one at a time.
 * @throws ZipBroken, or whatever fflate throws
 */
export async function* readZip(chunks: AsyncIterable<Uint8Array>, limits: ZipLimits): AsyncGenerator<Entry> {
  const ready: Entry[] = [];
  let total = 0;
  let open = 0;
  const unzip = new Unzip((file) => {
    const limit = limits.entry(file.name);
    const parts: Uint8Array[] = [];
    let size = 0;
    open += 1;
    // A size that follows the data could only be found by guessing where the data ends.
    if (file.size === undefined) throw new ZipBroken('size unknown');
    file.ondata = (error, chunk, final) => {
      if (error) throw error;
      size += chunk.length;
      if (file.compression !== 0) total += chunk.length;
      if (size > limit || total > limits.total) throw new ZipBroken('larger than it may be');
      parts.push(chunk);
      if (!final) return;
      open -= 1;
      if (size !== file.originalSize) throw new ZipBroken('not the size that it says');
      ready.push({ name: file.name, data: joined(parts, size) });
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += slice) {
      unzip.push(chunk.subarray(at, at + slice));
      yield* ready.splice(0);
    }
  }
  unzip.push(new Uint8Array(), true);
  yield* ready.splice(0);
  if (open > 0) throw new ZipBroken('an entry without its end');
}

function joined(parts: readonly Uint8Array[], size: number): Bytes {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
