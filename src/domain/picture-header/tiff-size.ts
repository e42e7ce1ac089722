import type { Size } from '../crop';
import { u16, u16le, u32, u32le } from './bytes';

/** The size of a TIFF's first page; undefined where its directory is not among these bytes. */
export function tiffSize(bytes: Uint8Array): Size | undefined {
  const isLittle = bytes[0] === 0x49;
  const short = isLittle ? u16le : u16;
  const long = isLittle ? u32le : u32;
  const directory = long(bytes, 4);
  const end = directory + 2 + 12 * short(bytes, directory);
  if (directory < 8 || end > bytes.length) return undefined;
  const number = (tag: number): number | undefined => {
    for (let at = directory + 2; at < end; at += 12) {
      // Type 3 is a short number, 4 a long one.
      if (short(bytes, at) === tag)
        return short(bytes, at + 2) === 3 ? short(bytes, at + 8) : long(bytes, at + 8);
    }
    return undefined;
  };
  const width = number(256);
  const height = number(257);
  return width && height ? { width, height } : undefined;
}
