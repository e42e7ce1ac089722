import type { Frame } from './frame';
import { networkSide } from './resample';

/** Reasons for which a picture may be read badly; empty when it looks good. */
export type QualityIssue = 'low-resolution' | 'blurred' | 'too-dark' | 'too-bright';

/** What is measured of a frame as the network sees it. */
export interface QualityMeasures {
  /** 0 sharp .. 1 without any fine detail. */
  readonly blur: number;
  /** Luma (Rec. 601) that a twentieth of the pixels reach, 0..255: low in a dark picture, not in dark skin. */
  readonly highlight: number;
  /** Share of pixels with a luma of 251 or more, 0..1. */
  readonly clipped: number;
}

/**
 * Chosen by `npm run quality-limits`, on 400 training pictures each of HAM10000, ISIC 2018 and PAD-UFES-20
 * at 224 px. As they are, 0.3-0.5 % were called blurred, none too dark or too bright. Found were, by set:
 *   blurred     by a Gaussian of sigma 1 px 3-12 %, 2 px 67-96 %, 3 px 99 %
 *   too dark    2 stops less light 2-12 %, 3 stops 76-89 %
 *   too bright  1 stop more light 11-30 %, 2 stops 73-91 %
 */
const limits = { blur: 0.55, highlight: 80, clipped: 0.2 };

/**
 * What speaks against trusting a reading of `frame`.
 * @param rgb the frame as the network sees it: 224 x 224 x 3 bytes
 */
export function assessQuality(rgb: Uint8Array, frame: Frame): readonly QualityIssue[] {
  const { blur, highlight, clipped } = measureQuality(rgb);
  const issues: QualityIssue[] = [];
  // Enlarging blurs by itself: one reason is enough.
  if (frame.side < networkSide) issues.push('low-resolution');
  else if (blur > limits.blur) issues.push('blurred');
  if (highlight < limits.highlight) issues.push('too-dark');
  if (clipped > limits.clipped) issues.push('too-bright');
  return issues;
}

/** @param rgb 224 x 224 x 3 bytes */
export function measureQuality(rgb: Uint8Array): QualityMeasures {
  const grey = lumaOf(rgb);
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value | 0] = (counts[value | 0] ?? 0) + 1;
  /** Share of pixels of at least each luma. */
  const reaching = new Float64Array(256);
  for (let luma = 255, count = 0; luma >= 0; luma--) {
    count += counts[luma] ?? 0;
    reaching[luma] = count / grey.length;
  }
  let highlight = 255;
  while (highlight > 0 && (reaching[highlight] ?? 0) < 0.05) highlight--;
  return {
    blur: Math.max(blurAlong(grey, 1), blurAlong(grey, networkSide)),
    highlight,
    clipped: reaching[251] ?? 0,
  };
}

function lumaOf(rgb: Uint8Array): Float32Array {
  const grey = new Float32Array(networkSide * networkSide);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.299 * (rgb[i * 3] ?? 0) + 0.587 * (rgb[i * 3 + 1] ?? 0) + 0.114 * (rgb[i * 3 + 2] ?? 0);
  }
  return grey;
}

/** Half the width of the blur that a picture is compared with. */
const reach = 4;

/**
 * Crete et al., "The blur effect" (SPIE 6492, 2007): the share of the differences between neighbours that survives a
 * further blur of 9 pixels along `step` (1: rows, 224: columns). Little survives in a sharp picture. The
 * variance of the Laplacian, which is more common, tells smooth skin badly from a blurred picture.
 */
function blurAlong(grey: Float32Array, step: number): number {
  let all = 0;
  let surviving = 0;
  for (let y = reach + 1; y < networkSide - reach; y++) {
    for (let x = reach + 1; x < networkSide - reach; x++) {
      const i = y * networkSide + x;
      const difference = Math.abs((grey[i] ?? 0) - (grey[i - step] ?? 0));
      // The difference of two neighbouring means of 9: all but the outermost pixels cancel out.
      const blurred =
        Math.abs((grey[i + reach * step] ?? 0) - (grey[i - (reach + 1) * step] ?? 0)) / (2 * reach + 1);
      all += difference;
      surviving += Math.min(difference, blurred);
    }
  }
  return all === 0 ? 1 : surviving / all;
}
