import type { Crop } from '../domain/crop';
import type { QualityIssue } from '../domain/prediction';
import { locateSpot, sureContrast, type Spot } from './locate';
import { networkSide } from './resample/resample';

/** What is measured of a frame as the network sees it. */
export interface QualityMeasures {
  /** 0 sharp .. 1 without any fine detail. */
  readonly blur: number;
  /** Luma (Rec. 601) that a twentieth of the pixels reach, 0..255: low in a dark picture, not in dark skin. */
  readonly highlight: number;
  /** Share of pixels with a luma of 251 or more, 0..1. */
  readonly clipped: number;
  /** Share of pixels, 0..1, that are near white and far brighter than the picture: light thrown back by the skin. */
  readonly glare: number;
  /** Undefined where nothing stands out from the skin. */
  readonly spot: Spot | undefined;
}

/** Chosen on training pictures by `npm run quality-limits`; the rates are in docs/reading.md. */
const limits = {
  blur: 0.55,
  highlight: 80,
  clipped: 0.2,
  glare: 0.01,
  /** The longer side of the spot by that of the frame, at least. */
  spot: 0.2,
  cut: 1,
  /** Contrast from which a cut is believed: on pale spots the finder runs out of the frame by itself. */
  cutContrast: 15,
};

/**
 * What makes a prediction from `frame` less reliable.
 * @param rgb the frame as the network sees it: 224 x 224 x 3 bytes
 */
export function assessQuality(rgb: Uint8Array, frame: Crop): readonly QualityIssue[] {
  return issuesOf(measureQuality(rgb), frame);
}

export function issuesOf(measures: QualityMeasures, frame: Crop): readonly QualityIssue[] {
  const { blur, highlight, clipped, glare, spot } = measures;
  const issues: QualityIssue[] = [];
  // Enlarging blurs by itself: one reason is enough.
  if (frame.side < networkSide) issues.push('low-resolution');
  else if (blur > limits.blur) issues.push('blurred');
  if (highlight < limits.highlight) issues.push('too-dark');
  if (clipped > limits.clipped) issues.push('too-bright');
  else if (glare > limits.glare) issues.push('glare');
  if (spot && spot.contrast >= sureContrast) {
    if (Math.max(spot.box.width, spot.box.height) < limits.spot) issues.push('spot-small');
    if (spot.cut > limits.cut && spot.contrast >= limits.cutContrast) issues.push('spot-cut');
  }
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
  const reachedBy = (share: number): number => {
    let luma = 255;
    while (luma > 0 && (reaching[luma] ?? 0) < share) luma--;
    return luma;
  };
  return {
    blur: Math.max(blurAlong(grey, 1), blurAlong(grey, networkSide)),
    highlight: reachedBy(0.05),
    clipped: reaching[251] ?? 0,
    glare: glareOf(rgb, reachedBy(0.5)),
    spot: locateSpot(rgb, networkSide),
  };
}

/** Least level of each channel, largest difference of the channels, and least step above the median of glare. */
const white = { level: 225, chroma: 30, step: 40 };

/** @param median luma of the picture, 0..255 */
function glareOf(rgb: Uint8Array, median: number): number {
  if (median > 255 - white.step) return 0;
  const least = Math.max(white.level, median + white.step);
  let found = 0;
  for (let i = 0; i < rgb.length; i += 3) {
    const red = rgb[i] ?? 0;
    const green = rgb[i + 1] ?? 0;
    const blue = rgb[i + 2] ?? 0;
    const low = Math.min(red, green, blue);
    if (low >= least && Math.max(red, green, blue) - low <= white.chroma) found += 1;
  }
  return (3 * found) / rgb.length;
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
