/** Huffman tables of a JPEG, laid out for kernels/jpeg.ts. */
import type { JpegMemory } from './jpeg-memory';

/** Codes of up to this many bits are found by one look. */
const lookBits = 10;
const lookBytes = 2 << lookBits;
const lengthBytes = 18 * 4;
const mostSymbols = 256;

/** What a table takes. */
export const tableBytes = lookBytes + 2 * lengthBytes + mostSymbols;

/**
 * Writes a table to `place`: by the next 10 bits, length of the code times 256 plus its symbol, or 0 where the code is
 * longer; by length, the first 16 bits that no code of this length begins any more, and what leads to its symbol; the
 * symbols.
 * @param counts how many codes there are of each length, 1 to 16 bits
 * @param symbols in the order of their codes
 * @returns false where no such code can be
 */
export function writeTable(
  memory: JpegMemory,
  place: number,
  counts: Uint8Array,
  symbols: Uint8Array,
): boolean {
  let room = 1;
  for (const count of counts) {
    room = room * 2 - count;
    if (room < 0) return false;
  }
  if (symbols.length > mostSymbols) return false;
  memory.bytes(place, tableBytes).fill(0);
  const look = memory.halves(place, 1 << lookBits);
  const limits = memory.words(place + lookBytes, 18);
  const offsets = memory.words(place + lookBytes + lengthBytes, 18);
  memory.bytes(place + lookBytes + 2 * lengthBytes, mostSymbols).set(symbols);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    offsets[length] = index - code;
    for (let i = 0; i < count && length <= lookBits; i++) {
      const first = (code + i) << (lookBits - length);
      const entry = (length << 8) | (symbols[index + i] ?? 0);
      look.fill(entry, first, first + (1 << (lookBits - length)));
    }
    code += count;
    index += count;
    limits[length] = code << (16 - length);
    code <<= 1;
  }
  return true;
}
