/** Whether a GIF's first frame has all of its pixels. */
import { u16le } from '../../domain/picture-header/bytes';
import { damaged, whole, type Wholeness } from './state';

/** Only the first frame is read, so only that must be whole; many files lack the trailer. */
export function checkGif(bytes: Uint8Array): Wholeness {
  let at = 13 + colourTable(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x2c) {
      const pixels = u16le(bytes, at + 5) * u16le(bytes, at + 7);
      return checkFrame(bytes, at + 10 + colourTable(bytes[at + 9] ?? 0), pixels);
    }
    if (block !== 0x21) return damaged('no frame');
    at = subBlocks(bytes, at + 2).end;
  }
  return damaged('ends before its picture');
}

/** Bytes of the colour table that a GIF's packed flags announce. */
function colourTable(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** A chain of sub-blocks: its parts, and where it ends, which is past the last byte when it is cut. */
function subBlocks(bytes: Uint8Array, from: number): { parts: Uint8Array[]; end: number } {
  const parts: Uint8Array[] = [];
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length === 0) return { parts, end: at + 1 };
    parts.push(bytes.subarray(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { parts, end: bytes.length + 1 };
}

/** Counts the pixels of LZW data: the length of each code's string is enough. */
function checkFrame(bytes: Uint8Array, at: number, pixels: number): Wholeness {
  const { parts, end } = subBlocks(bytes, at + 1);
  if (end > bytes.length) return damaged('ends within a frame');
  const literal = bytes[at] ?? 0;
  if (literal < 1 || literal > 11) return damaged('impossible code size');
  const clear = 1 << literal;
  const lengths = new Uint32Array(4096).fill(1, 0, clear);
  let next = clear + 2;
  let size = literal + 1;
  let previous = 0;
  let found = 0;
  let bits = 0;
  let held = 0;
  for (const part of parts) {
    for (const byte of part) {
      bits |= byte << held;
      held += 8;
      while (held >= size) {
        const code = bits & ((1 << size) - 1);
        bits >>>= size;
        held -= size;
        if (code === clear) {
          next = clear + 2;
          size = literal + 1;
          previous = 0;
          continue;
        }
        if (code === clear + 1) {
          return found >= pixels ? whole : damaged(`${found} of ${pixels} pixels`);
        }
        if (code > next || (code === next && previous === 0))
          return damaged(`no such code after ${found} pixels`);
        if (previous > 0 && next < 4096) {
          lengths[next] = previous + 1;
          next += 1;
          if (next === 1 << size && size < 12) size += 1;
        }
        previous = lengths[code] ?? 0;
        found += previous;
      }
    }
  }
  return found >= pixels ? whole : damaged(`${found} of ${pixels} pixels`);
}
