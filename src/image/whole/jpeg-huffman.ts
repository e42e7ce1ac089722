/** Huffman tables of a JPEG, made for counting: a code is looked up, its value is mostly stepped over. */

/** Codes of up to this many bits are found by one look. */
const lookBits = 10;

export class HuffmanTable {
  /** By the next 10 bits: length of the code times 256 plus its symbol; 0 where the code is longer. */
  readonly look = new Uint16Array(1 << lookBits);
  readonly #symbols: Uint8Array;
  /** By length: the first 16 bits that no code of this length begins any more, and what leads to its symbol. */
  readonly #limits = new Int32Array(18);
  readonly #offsets = new Int32Array(18);

  /**
   * @param counts how many codes there are of each length, 1 to 16 bits
   * @param symbols in the order of their codes
   */
  private constructor(counts: Uint8Array, symbols: Uint8Array) {
    this.#symbols = symbols;
    let code = 0;
    let index = 0;
    for (let length = 1; length <= 16; length++) {
      const count = counts[length - 1] ?? 0;
      this.#offsets[length] = index - code;
      for (let i = 0; i < count && length <= lookBits; i++) {
        const first = (code + i) << (lookBits - length);
        const entry = (length << 8) | (symbols[index + i] ?? 0);
        this.look.fill(entry, first, first + (1 << (lookBits - length)));
      }
      code += count;
      index += count;
      this.#limits[length] = code << (16 - length);
      code <<= 1;
    }
  }

  /** Undefined where no such code can be. */
  static of(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | undefined {
    let room = 1;
    for (const count of counts) {
      room = room * 2 - count;
      if (room < 0) return undefined;
    }
    return new HuffmanTable(counts, symbols);
  }

  /**
   * For what `look` does not hold.
   * @param bits the next 16
   * @returns length of the code times 256 plus its symbol; 0 where these bits are no code
   */
  longer(bits: number): number {
    for (let length = lookBits + 1; length <= 16; length++) {
      if (bits >= (this.#limits[length] ?? 0)) continue;
      return (length << 8) | (this.#symbols[(bits >> (16 - length)) + (this.#offsets[length] ?? 0)] ?? 0);
    }
    return 0;
  }
}

/** The bits of an entropy-coded segment, its stuffing removed; past the end there is whatever lies there. */
export class Bits {
  /** Of the next bit. */
  at = 0;
  /** Of the first bit after the data. */
  end = 0;

  /** @param data with at least `slack` bytes after the data */
  constructor(readonly data: Uint8Array) {}

  /** 0 to 16 bits. */
  read(count: number): number {
    const bits = peek(this.data, this.at) >> (16 - count);
    this.at += count;
    return bits;
  }

  /** The next symbol, -1 where the bits are no code. */
  symbol(table: HuffmanTable): number {
    const next = peek(this.data, this.at);
    const entry = (table.look[next >> (16 - lookBits)] ?? 0) || table.longer(next);
    this.at += entry >> 8;
    return entry === 0 ? -1 : entry & 255;
  }
}

/** A block takes at most 64 codes of 16 bits, each with a value of 16. */
export const slack = 64 * 4 + 4;

/** The 16 bits from bit `at`. */
export function peek(data: Uint8Array, at: number): number {
  const byte = at >>> 3;
  const three = ((data[byte] ?? 0) << 16) | ((data[byte + 1] ?? 0) << 8) | (data[byte + 2] ?? 0);
  return (three >> (8 - (at & 7))) & 0xffff;
}
