/** Whether a WebP has all of its chunks. */
import { u32le } from '../decode/bytes';
import { damaged, whole, type Wholeness } from './state';

export function checkWebp(bytes: Uint8Array): Wholeness {
  const end = 8 + u32le(bytes, 4);
  return end > bytes.length ? damaged(`${bytes.length} of ${end} bytes`) : whole;
}
