import type { FailureCode } from '../../failure';
import type { Orientation } from '../decode/orientation';

/** The formats that no browser of all reads: Chromium and Firefox bring no decoder for them. */
export type ForeignType = 'image/tiff' | 'image/heic';

/** What the worker is given: a file whose header was checked. */
export interface ForeignRequest {
  readonly type: ForeignType;
  readonly file: Blob;
}

/** 8-bit RGBA, row by row. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
  readonly colorSpace: 'srgb' | 'display-p3';
  /** How it is still to be turned. */
  readonly orientation: Orientation;
}

export type ForeignReply = Decoded | { readonly code: FailureCode; readonly detail: string };
