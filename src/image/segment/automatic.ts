/** The outline that a threshold finds by itself. */
import { marked, type Mask } from '../../domain/mask';
import { blurred } from './blur';
import { cleaned, centrality, type CleanUp } from './clean-up';
import { fisherProjection } from './fisher';
import { labOf } from './lab';
import { otsu } from './otsu';
import { planeOf } from './planes';
import { enlarged, halved } from './scale';
import { usablePixels } from './surroundings';

/** One way to part the picture: the lesion has values of at least `level`. */
interface Candidate {
  readonly plane: Float32Array;
  readonly level: number;
  readonly separation: number;
  /** The lesion that it gives, at half the side. */
  readonly mask: Mask;
}

/** Deviation of the blur before a threshold is looked for, in pixels of a frame of 224. */
const smoothing = 2.5;
/** Experts draw their outlines around what a threshold finds: pixels of a frame of 224. */
const margin = 3;
/** Radii of the middle that is held for lesion at first, in shares of the side. */
const starts = [0.12, 0.25, 0.4];

/**
 * The lesion by the threshold that separates best. Thresholds are Otsu's on lightness, green and blue and on
 * projections of Lab that part lesion and skin (Fisher); of their masks the one wins that the others agree
 * with most, its separation counted in. No single plane serves all lesions, and where one fails
 * it fails alone.
 * @param rgb `side * side * 3` bytes without hair; `side` is even
 */
export function automaticMask(rgb: Uint8Array, side: number, cleanUp: Pick<CleanUp, 'tap'>): Mask {
  const half = side / 2;
  const small = halved(rgb, side);
  const weights = usablePixels(small, half);
  const sigma = (smoothing * half) / 224;
  const soft = (plane: Float32Array): Float32Array => blurred(plane, half, sigma);
  const lab = labOf(small);
  const planes = [soft(lab.lightness), soft(lab.a), soft(lab.b)] as const;
  const negative = (plane: Float32Array): Float32Array => plane.map((value) => -value);
  const candidates = [planes[0], soft(planeOf(small, 'green')), soft(planeOf(small, 'blue'))]
    .map(negative)
    .map((plane) => candidate(plane, otsu(plane, weights), half));
  for (const start of [...starts.map((radius) => disc(half, radius)), middle(half)]) {
    const { plane, split } = fisherProjection(planes, start, weights);
    candidates.push(candidate(plane, split, half));
  }
  const best = mostAgreed(candidates);
  const large = enlarged(best.plane, half, side);
  const usable = enlarged(weights, half, side);
  const data = marked(large, (value, i) => value >= best.level && (usable[i] ?? 0) > 0.5);
  return cleaned({ width: side, height: side, data }, { ...cleanUp, grow: (margin * side) / 224 });
}

function candidate(
  plane: Float32Array,
  { level, separation }: { level: number; separation: number },
  side: number,
): Candidate {
  const data = marked(plane, (value) => value >= level);
  return { plane, level, separation, mask: cleaned({ width: side, height: side, data }, {}) };
}

/** How much two masks overlap, 0..1 (Dice). */
function agreement(a: Mask, b: Mask): number {
  let both = 0;
  let sum = 0;
  a.data.forEach((value, i) => {
    const other = b.data[i] ?? 0;
    both += value & other;
    sum += value + other;
  });
  return sum === 0 ? 0 : (2 * both) / sum;
}

function mostAgreed(candidates: readonly Candidate[]): Candidate {
  const scores = candidates.map(({ mask, separation }) => {
    const agreed = candidates.reduce((sum, other) => sum + agreement(mask, other.mask), 0);
    return agreed / candidates.length + separation / 2;
  });
  const best = candidates[scores.indexOf(Math.max(...scores))];
  if (!best) throw new RangeError('no candidates');
  return best;
}

function disc(side: number, radius: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => {
    const x = ((i % side) + 0.5) / side - 0.5;
    const y = (Math.floor(i / side) + 0.5) / side - 0.5;
    return Math.hypot(x, y) < radius ? 1 : 0;
  });
}

/** The mean training mask, near enough. */
function middle(side: number): Float32Array {
  return Float32Array.from({ length: side * side }, (_, i) => Math.sqrt(centrality(i, side, side)));
}
