/** Whether an AVIF or HEIC has all of its boxes, and all data that its items point to. */
import { u16, u32 } from '../../domain/picture-header/bytes';
import { boxes } from '../../domain/picture-header/sniff';
import { damaged, whole, type Wholeness } from './state';

export function checkHeif(bytes: Uint8Array): Wholeness {
  for (const box of boxes(bytes, 0, bytes.length)) {
    if (box.end > bytes.length) return damaged(`ends within ${box.type}`);
    // meta is a full box: version and flags come first.
    if (box.type !== 'meta') continue;
    for (const inner of boxes(bytes, box.start + 4, box.end)) {
      if (inner.end > box.end) return damaged(`${inner.type} is longer than meta`);
      if (inner.type === 'iloc' && lastByte(bytes, inner.start, inner.end) > bytes.length) {
        return damaged('an item lies past the end');
      }
    }
  }
  return whole;
}

/** Where the last item ends that lies in the file itself; infinite where the table is longer than its box. */
function lastByte(bytes: Uint8Array, start: number, end: number): number {
  const version = bytes[start] ?? 0;
  const [offsetSize, lengthSize] = nibbles(bytes[start + 4] ?? 0);
  const [baseSize, index] = nibbles(bytes[start + 5] ?? 0);
  const indexSize = version === 0 ? 0 : index;
  const wide = version === 2;
  let at = start + (wide ? 10 : 8);
  let last = 0;
  for (let items = number(bytes, start + 6, wide ? 4 : 2); items > 0; items--) {
    if (at > end) return Infinity;
    at += wide ? 4 : 2;
    const isInFile = version === 0 || (u16(bytes, at) & 15) === 0;
    // Construction method (versions 1 and 2), then the place of a file beside this one.
    const isHere = u16(bytes, at + (version === 0 ? 0 : 2)) === 0;
    at += version === 0 ? 2 : 4;
    const base = number(bytes, at, baseSize);
    at += baseSize;
    let extents = u16(bytes, at);
    at += 2;
    for (; extents > 0 && at <= end; extents--) {
      const offset = number(bytes, at + indexSize, offsetSize);
      const length = number(bytes, at + indexSize + offsetSize, lengthSize);
      if (isInFile && isHere) last = Math.max(last, base + offset + length);
      at += indexSize + offsetSize + lengthSize;
    }
  }
  return at > end ? Infinity : last;
}

function nibbles(byte: number): [number, number] {
  return [byte >> 4, byte & 15];
}

/** A number of 0, 2, 4 or 8 bytes. */
function number(bytes: Uint8Array, at: number, size: number): number {
  if (size === 8) return u32(bytes, at) * 2 ** 32 + u32(bytes, at + 4);
  return size === 4 ? u32(bytes, at) : size === 2 ? u16(bytes, at) : 0;
}
