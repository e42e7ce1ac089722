/** Whether a BMP has all of its rows. */
import { u16le, u32le } from '../../domain/picture-header/bytes';
import { damaged, whole, type Wholeness } from './state';

/** Uncompressed bitmaps by their rows; writers get the declared file size wrong too often. */
export function checkBitmap(bytes: Uint8Array): Wholeness {
  const isCore = u32le(bytes, 14) === 12;
  const width = isCore ? u16le(bytes, 18) : u32le(bytes, 18);
  const height = isCore ? u16le(bytes, 20) : Math.abs(u32le(bytes, 22) | 0);
  const bits = u16le(bytes, isCore ? 24 : 28);
  const compression = isCore ? 0 : u32le(bytes, 30);
  const isPlain = compression === 0 || compression === 3 || compression === 6;
  const pixels = isPlain ? Math.ceil((width * bits) / 32) * 4 * height : u32le(bytes, 34);
  const end = Math.max(26, u32le(bytes, 10) + pixels);
  return end > bytes.length ? damaged(`${bytes.length} of ${end} bytes`) : whole;
}
