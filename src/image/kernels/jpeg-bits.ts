/** The bits of a stretch of entropy-coded data, and the codes in them (ITU T.81, annexes F.2.2 and C). */

/** Entries of a Huffman table: by the next 10 bits, u16; then by length, i32; then the symbols, u8. */
const lookBits: u32 = 10;
const limits: usize = 2 << (lookBits as usize);
const offsets: usize = limits + 18 * 4;
const symbols: usize = offsets + 18 * 4;

/** The stretch that is being read: where it begins, the next bit, and the first bit after it. */
let data: usize = 0;
export let at: i32 = 0;
export let end: i32 = 0;

export function moveTo(position: i32): void {
  at = position;
}

/**
 * Takes the stuffing out of entropy-coded data, in place, and begins to read them.
 * @param from where they begin
 * @param fileEnd where the file ends; a SIMD register more may be read
 * @returns where the next marker stands, or the end of the file
 */
export function unstuff(from: usize, fileEnd: usize): usize {
  const marks = i8x16.splat(-1);
  let source = from;
  let target = from;
  while (source < fileEnd) {
    const next = v128.load(source);
    if (source + 16 <= fileEnd && !v128.any_true(i8x16.eq(next, marks))) {
      v128.store(target, next);
      source += 16;
      target += 16;
      continue;
    }
    const byte = load<u8>(source);
    if (byte == 0xff) {
      if (source + 1 >= fileEnd || load<u8>(source + 1) != 0) break;
      source += 1;
    }
    store<u8>(target, byte);
    source += 1;
    target += 1;
  }
  data = from;
  at = 0;
  end = ((target - from) << 3) as i32;
  // A marker may stand behind any number of 0xff.
  while (source + 1 < fileEnd && load<u8>(source + 1) == 0xff) source += 1;
  return source;
}

/** Whether more than padding is left: some encoders add a byte or two of zeros or ones. */
export function isLeft(): bool {
  const next = (at + 7) >>> 3;
  const left = (end >>> 3) - next;
  if (left > 4) return true;
  for (let i = 0; i < left; i++) {
    const byte = load<u8>(data + next + i);
    if (byte != 0 && byte != 0xff) return true;
  }
  return false;
}

/** The 32 bits from bit `position`, of which 25 are surely right. */
export function peek(position: i32): u32 {
  return bswap<u32>(load<u32>(data + (position >>> 3))) << (position & 7);
}

/** Length of the next code times 256 plus its symbol; 0 where the bits are no code. */
export function lookUp(table: usize, bits: u32): u32 {
  const entry: u32 = load<u16>(table + ((bits >>> (32 - lookBits)) << 1));
  return entry != 0 ? entry : longerCode(table, bits >>> 16);
}

/** For codes of more than 10 bits. @param bits the next 16 */
function longerCode(table: usize, bits: u32): u32 {
  for (let length = lookBits + 1; length <= 16; length++) {
    if (bits >= load<u32>(table + limits + (length << 2))) continue;
    const index = (bits >>> (16 - length)) + load<u32>(table + offsets + (length << 2));
    return (length << 8) | load<u8>(table + symbols + (index & 255));
  }
  return 0;
}

/** A value of `size` bits, at most 15, as it stands in the data at `position`. */
export function signed(position: i32, size: i32): i32 {
  if (size == 0) return 0;
  const value = (peek(position) >>> (32 - size)) as i32;
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}
