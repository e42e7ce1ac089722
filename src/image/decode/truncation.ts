import { ascii, u16, u16le, u32, u32le } from './bytes';
import { boxes, jpegSegments, type PictureType } from './sniff';

/**
 * Whether a file ends before its own structure says that its (first) picture does. Browsers fill the missing part
 * with grey without a word, which the network would then read. Bytes after the end are no fault: phones
 * put further pictures, film and padding there. Never throws, whatever the bytes.
 */
export function isTruncated(bytes: Uint8Array, type: PictureType): boolean {
  return checks[type](bytes);
}

const checks: Record<PictureType, (bytes: Uint8Array) => boolean> = {
  'image/jpeg': jpeg,
  'image/png': png,
  'image/gif': gif,
  'image/webp': (bytes) => 8 + u32le(bytes, 4) > bytes.length,
  'image/bmp': bitmap,
  'image/avif': heif,
  'image/heic': heif,
};

/**
 * Whether the beginning and the end of a JPEG already show that it is whole: its first scan begins in `head`, and its
 * last two bytes are the end marker, which picture data cannot hold. False says nothing. Prediction a whole photo only to
 * walk through it competes with the browser's decoder.
 * @param head the first bytes of the file
 * @param tail its last two bytes
 * @param size of the file in bytes
 */
export function isClosedJpeg(head: Uint8Array, tail: Uint8Array, size: number): boolean {
  if (tail[0] !== 0xff || tail[1] !== 0xd9) return false;
  for (const { marker, end } of jpegSegments(head)) if (marker === 0xda) return end <= size - 2;
  return false;
}

/** Segments, then scans, until the end-of-image marker of the first picture. */
function jpeg(bytes: Uint8Array): boolean {
  // Thumbnails inside of segments have end markers of their own: segments are stepped over.
  let scan = Infinity;
  for (const { marker, end } of jpegSegments(bytes)) {
    if (marker === 0xd9) return false;
    if (marker === 0xda) scan = end;
  }
  for (let at = bytes.indexOf(0xff, scan); at !== -1; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return false;
    // Tables and further scans of a progressive picture have a length; all else is picture data.
    const isSegment = marker >= 0xc0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd8);
    at += isSegment ? 2 + Math.max(2, u16(bytes, at + 2)) : 1;
  }
  return true;
}

function png(bytes: Uint8Array): boolean {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + u32(bytes, at);
    if (ascii(bytes, at + 4, 4) === 'IEND') return end > bytes.length;
    at = end;
  }
  return true;
}

/** Only the first frame is read, so only that must be whole; many files lack the trailer. */
function gif(bytes: Uint8Array): boolean {
  let at = 13 + colourTable(bytes[10] ?? 0);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x2c) return subBlocksEnd(bytes, at + 11 + colourTable(bytes[at + 9] ?? 0)) > bytes.length;
    if (block !== 0x21) return false; // a trailer without a picture, or no GIF: the decoder's word
    at = subBlocksEnd(bytes, at + 2);
  }
  return true;
}

/** Bytes of the colour table that a GIF's packed flags announce. */
function colourTable(flags: number): number {
  return flags & 0x80 ? 3 << ((flags & 7) + 1) : 0;
}

/** Where a chain of GIF sub-blocks ends; past the last byte when it is cut. */
function subBlocksEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length + 1;
}

/** Uncompressed bitmaps by their rows; writers get the declared file size wrong too often. */
function bitmap(bytes: Uint8Array): boolean {
  const isCore = u32le(bytes, 14) === 12;
  const width = isCore ? u16le(bytes, 18) : u32le(bytes, 18);
  const height = isCore ? u16le(bytes, 20) : Math.abs(u32le(bytes, 22) | 0);
  const bits = u16le(bytes, isCore ? 24 : 28);
  const compression = isCore ? 0 : u32le(bytes, 30);
  const isPlain = compression === 0 || compression === 3 || compression === 6;
  const pixels = isPlain ? Math.ceil((width * bits) / 32) * 4 * height : u32le(bytes, 34);
  return Math.max(26, u32le(bytes, 10) + pixels) > bytes.length;
}

function heif(bytes: Uint8Array): boolean {
  for (const box of boxes(bytes, 0, bytes.length)) if (box.end > bytes.length) return true;
  return false;
}
