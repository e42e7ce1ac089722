/**
 * Whether a WebP has all of its chunks, and whether a part of its picture was never written. The picture itself is
 * arithmetic-coded and says nothing of where it should end, so that flipped bits and moved parts stay unnoticed here.
 */
import { ascii, u32le } from '../../domain/picture-header/bytes';
import { damaged, whole, type Wholeness } from './state';

/**
 * Bytes of zero one after another that make a picture suspect. Coded data look like noise: of photographs 4 in a row
 * were the most. A file whose end or middle was reserved on the disk, but not written, has thousands. So has a large
 * area of one and the same colour at the highest quality, which is why it is not called damaged.
 */
const longestZeros = 64;

export function checkWebp(bytes: Uint8Array): Wholeness {
  const end = 8 + u32le(bytes, 4);
  if (end > bytes.length) return damaged(`${bytes.length} of ${end} bytes`);
  let pictures = 0;
  let gap = false;
  for (let at = 12; at + 8 <= end;) {
    const name = ascii(bytes, at, 4);
    const size = u32le(bytes, at + 4);
    const from = at + 8;
    if (from + size > end) return damaged(`${name} ends at ${from + size} of ${end}`);
    if (name === 'VP8 ' || name === 'VP8L') {
      pictures += 1;
      gap ||= hasGap(bytes.subarray(from, from + size));
    }
    // An animation has its pictures inside of frames.
    if (name === 'ANMF') pictures += 1;
    // Chunks begin at even places.
    at = from + size + (size & 1);
  }
  if (pictures === 0) return damaged('no picture');
  return gap ? { state: 'suspect', detail: 'a part of zeros' } : whole;
}

function hasGap(data: Uint8Array): boolean {
  let zeros = 0;
  for (const byte of data) {
    zeros = byte === 0 ? zeros + 1 : 0;
    if (zeros >= longestZeros) return true;
  }
  return false;
}
