/**
 * Whether a picture's file holds its (first) picture as it was written. Browsers fill missing parts with grey without a
 * word and show what follows damage in wrong colours or places, which the network would then read. Bytes after the end
 * are no fault: phones put further pictures, film and padding there.
 */
import type { PictureType } from '../../domain/picture-header/sniff';
import { checkBitmap } from './bitmap';
import { checkGif } from './gif';
import { checkHeif } from './heif';
import { checkJpeg } from './jpeg';
import { checkPng } from './png';
import { whole, type Wholeness } from './state';
import { checkWebp } from './webp';

const checks: Readonly<Record<PictureType, (bytes: Uint8Array) => Wholeness | Promise<Wholeness>>> = {
  'image/jpeg': checkJpeg,
  'image/png': checkPng,
  'image/gif': checkGif,
  'image/webp': checkWebp,
  'image/bmp': checkBitmap,
  'image/avif': checkHeif,
  'image/heic': checkHeif,
  // Its decoder is ours and fills nothing that is missing. Zeros in a picture that is not compressed look like black.
  'image/tiff': () => whole,
};

/**
 * Follows a file's structure and, as far as the format allows, its compressed data to their end. Never throws,
 * whatever the bytes.
 */
export async function checkWhole(bytes: Uint8Array<ArrayBuffer>, type: PictureType): Promise<Wholeness> {
  return checks[type](bytes);
}
