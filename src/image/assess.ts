/** A frame of the camera, looked at while the person aims. */
import type { QualityIssue } from '../domain/prediction';
import type { Box } from './locate';
import { sureContrast } from './locate';
import { issuesOf, measureQuality } from './quality';
import { networkSide } from './resample/resample';

export interface Inspection {
  readonly issues: readonly QualityIssue[];
  /** Where the spot is, in shares of the square; undefined when none stands out clearly. */
  readonly spot: Box | undefined;
  /** Green of every eighth pixel of every eighth row: two glimpses tell whether the camera is held still. */
  readonly glimpse: Uint8Array;
}

const glimpseStep = 8;

/**
 * @param rgba the square that is aimed at: 224 x 224 x 4 bytes
 * @param side pixels of the camera that the square spans
 */
export function assess(rgba: Uint8ClampedArray, side: number): Inspection {
  const rgb = withoutAlpha(rgba);
  const measures = measureQuality(rgb);
  const { spot } = measures;
  return {
    issues: issuesOf(measures, { x: 0, y: 0, side }),
    spot: spot && spot.contrast >= sureContrast ? spot.box : undefined,
    glimpse: glimpseOf(rgb),
  };
}

/** @param rgba n * 4 bytes @returns n * 3 bytes */
function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
}

function glimpseOf(rgb: Uint8Array): Uint8Array {
  const side = networkSide / glimpseStep;
  return Uint8Array.from({ length: side * side }, (_, i) => {
    const x = (i % side) * glimpseStep;
    const y = Math.floor(i / side) * glimpseStep;
    return rgb[(y * networkSide + x) * 3 + 1] ?? 0;
  });
}
