import { ascii, u16, u16le, u24le, u32, u32le } from './bytes';
import { tiffSize } from './tiff-size';
import type { Size } from '../crop';

/** The picture formats that Lentigo knows, by MIME type. */
export type PictureType =
  | 'image/jpeg'
  | 'image/png'
  | 'image/webp'
  | 'image/avif'
  | 'image/heic'
  | 'image/gif'
  | 'image/bmp'
  | 'image/tiff';

/** What the beginning of a file says of it. */
export interface Sniffed {
  readonly type: PictureType;
  /** Stored size, before orientation; undefined where these bytes do not tell. */
  readonly size: Size | undefined;
}

/**
 * Recognises a picture by content; undefined for an unknown format. The first bytes of a
 * file are enough for the type, most often for the size as well. Never throws, whatever the bytes.
 */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  const type = pictureType(bytes);
  return type && { type, size: sizeReaders[type](bytes) };
}

function pictureType(bytes: Uint8Array): PictureType | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (/^GIF8[79]a$/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'image/webp';
  // "BM" alone begins many a text: the size of the second header must be one that exists.
  if (ascii(bytes, 0, 2) === 'BM' && bitmapHeaders.has(u32le(bytes, 14))) return 'image/bmp';
  if (/^(II\*\0|MM\0\*)$/.test(ascii(bytes, 0, 4))) return 'image/tiff';
  if (ascii(bytes, 4, 4) === 'ftyp') return heifType(bytes);
  return undefined;
}

const bitmapHeaders = new Set([12, 16, 40, 52, 56, 64, 108, 124]);
const avifBrands = ['avif', 'avis'];
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1'];

/** AVIF and HEIC share a container; its brands tell. Both may call themselves mif1 first. */
function heifType(bytes: Uint8Array): PictureType | undefined {
  const end = Math.min(u32(bytes, 0), bytes.length, 256);
  const brands = [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(ascii(bytes, at, 4));
  if (brands.some((brand) => avifBrands.includes(brand))) return 'image/avif';
  return brands.some((brand) => heicBrands.includes(brand)) ? 'image/heic' : undefined;
}

const sizeReaders: Record<PictureType, (bytes: Uint8Array) => Size | undefined> = {
  'image/jpeg': jpegSize,
  'image/png': (bytes) => whenHeld(bytes, 24, { width: u32(bytes, 16), height: u32(bytes, 20) }),
  'image/gif': (bytes) => whenHeld(bytes, 10, { width: u16le(bytes, 6), height: u16le(bytes, 8) }),
  'image/bmp': bitmapSize,
  'image/webp': webpSize,
  'image/avif': heifSize,
  'image/heic': heifSize,
  'image/tiff': tiffSize,
};

/** From the first start-of-frame segment. */
function jpegSize(bytes: Uint8Array): Size | undefined {
  for (const { marker, at } of jpegSegments(bytes)) {
    if (isStartOfFrame(marker)) {
      return whenHeld(bytes, at + 9, { width: u16(bytes, at + 7), height: u16(bytes, at + 5) });
    }
  }
  return undefined;
}

function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * The segments of a JPEG up to the start of its first scan: marker, where it stands and where the
 * segment ends (possibly past the last byte).
 */
export function* jpegSegments(bytes: Uint8Array): Generator<{ marker: number; at: number; end: number }> {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++; // fill byte
      continue;
    }
    const end = at + 2 + Math.max(2, u16(bytes, at + 2));
    yield { marker, at, end };
    if (marker === 0xda || marker === 0xd9) return;
    at = end;
  }
}

function bitmapSize(bytes: Uint8Array): Size | undefined {
  if (u32le(bytes, 14) === 12) {
    return whenHeld(bytes, 22, { width: u16le(bytes, 18), height: u16le(bytes, 20) });
  }
  const width = u32le(bytes, 18) | 0;
  // A negative height means that the rows come from top to bottom; a negative width means nothing.
  return width > 0 ? whenHeld(bytes, 26, { width, height: Math.abs(u32le(bytes, 22) | 0) }) : undefined;
}

function webpSize(bytes: Uint8Array): Size | undefined {
  const chunk = ascii(bytes, 12, 4);
  if (chunk === 'VP8X')
    return whenHeld(bytes, 30, { width: 1 + u24le(bytes, 24), height: 1 + u24le(bytes, 27) });
  if (chunk === 'VP8 ') {
    return whenHeld(bytes, 30, { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff });
  }
  if (chunk === 'VP8L') {
    const bits = u32le(bytes, 21);
    return whenHeld(bytes, 25, { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) });
  }
  return undefined;
}

/** The largest spatial extent (ispe) in the file: thumbnails and tiles have one too. */
function heifSize(bytes: Uint8Array): Size | undefined {
  let largest: Size | undefined;
  for (const box of boxesWithin(bytes, 0, bytes.length, ['meta', 'iprp', 'ipco'])) {
    if (box.type !== 'ispe' || box.start + 12 > bytes.length) continue;
    const size = { width: u32(bytes, box.start + 4), height: u32(bytes, box.start + 8) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}

interface Box {
  readonly type: string;
  /** Where its content begins, and where the box ends (possibly past the last byte). */
  readonly start: number;
  readonly end: number;
}

/** The boxes of an ISO media file from `from` to `to`, one level. */
export function* boxes(bytes: Uint8Array, from: number, to: number): Generator<Box> {
  let at = from;
  while (at + 8 <= to) {
    const short = u32(bytes, at);
    // 0: to the end of the file; 1: a 64-bit length follows.
    const length =
      short === 0 ? to - at : short === 1 ? u32(bytes, at + 8) * 2 ** 32 + u32(bytes, at + 12) : short;
    if (length < 8) return;
    yield { type: ascii(bytes, at + 4, 4), start: at + (short === 1 ? 16 : 8), end: at + length };
    at += length;
  }
}

/** All boxes that are reached by opening `path` one level after the other. */
export function* boxesWithin(
  bytes: Uint8Array,
  from: number,
  to: number,
  path: readonly string[],
): Generator<Box> {
  const [next, ...rest] = path;
  for (const box of boxes(bytes, from, to)) {
    if (next === undefined) yield box;
    else if (box.type === next) {
      // meta is a full box: version and flags come first.
      const start = box.start + (next === 'meta' ? 4 : 0);
      yield* boxesWithin(bytes, start, Math.min(box.end, to), rest);
    }
  }
}

function whenHeld(bytes: Uint8Array, length: number, size: Size): Size | undefined {
  return bytes.length >= length ? size : undefined;
}
