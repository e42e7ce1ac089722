import type { Size } from './frame';

/** The picture formats that Lentigo knows, by MIME type. */
export type PictureType =
  | 'image/jpeg'
  | 'image/png'
  | 'image/webp'
  | 'image/avif'
  | 'image/heic'
  | 'image/gif'
  | 'image/bmp';

/** What a file's bytes say of it without decoding it. */
export interface Sniffed {
  readonly type: PictureType;
  /** Stored size, before orientation; undefined where the header does not tell. */
  readonly size: Size | undefined;
  /** True when the bytes end before what the header promises. */
  readonly truncated: boolean;
}

/** Recognises a picture by content; undefined when it is none that Lentigo knows. Never throws. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return { type: 'image/jpeg', size: undefined, truncated: false };
  return undefined;
}
