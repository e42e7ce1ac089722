import type { EncodedMask } from './mask';

/** How an outline came about; `brush` once a hand has changed it. */
export type OutlineMethod = 'automatic' | 'threshold' | 'colour' | 'brush';

/** Where the lesion lies in the frame, as it is kept with a visit. */
export interface Outline {
  readonly method: OutlineMethod;
  /** Of the framed square, whatever its size in pixels. */
  readonly mask: EncodedMask;
  /** Pixels of the picture as it was read that the frame spans from side to side. */
  readonly sidePixels: number;
  /** Millimetres that the frame spans from side to side; absent where nobody marked a scale. */
  readonly sideMillimetres?: number;
}
