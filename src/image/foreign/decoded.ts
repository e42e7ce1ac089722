import type { FailureCode } from '../../failure';
import type { Orientation } from '../decode/orientation';

/** The formats that no browser of all reads: Chromium and Firefox bring no decoder for them. */
export type ForeignType = 'image/tiff' | 'image/heic';

/** What the worker is given: a file whose header was checked. */
export interface ForeignRequest {
  readonly type: ForeignType;
  readonly file: Blob;
}

/** 8-bit RGBA in sRGB, row by row. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  /** How it is still to be turned. */
  readonly orientation: Orientation;
}

/** What the worker says first: it is there, and takes a file. */
export const begun = 'begun';

export type ForeignReply = typeof begun | Decoded | { readonly code: FailureCode; readonly detail: string };
