import type { Frame } from './frame';

/** Reasons for which a picture may be read badly; empty when it looks good. */
export type QualityIssue = 'low-resolution' | 'blurred' | 'too-dark' | 'too-bright';

/**
 * What speaks against trusting a reading of `frame`.
 * @param rgb the frame as the network sees it: 224 x 224 x 3 bytes
 */
export function assessQuality(rgb: Uint8Array, frame: Frame): readonly QualityIssue[] {
  void rgb;
  return frame.side < 224 ? ['low-resolution'] : [];
}
