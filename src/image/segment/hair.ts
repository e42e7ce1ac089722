/** Hairs, so that an outline does not follow them. The picture that is shown and classified keeps them. */
import type { Mask } from '../../domain/mask';
import { grown, piecesOf } from './morphology';
import { planeOf } from './planes';

/** Pixels of a line that is to bridge a hair. */
const bridge = 9;
/** How much darker than the bridge a hair is at least, 0..255. */
const contrast = 16;
/** A hair is a piece of at least this length (diagonal of its box, pixels) and at most this share of its box. */
const leastLength = 28;
const mostFill = 0.25;

/**
 * The same picture with its dark hairs replaced by what lies beside them, after DullRazor (Lee et al.,
 * Comput. Biol. Med. 27, 533, 1997): a hair is what a closing along lines of four directions removes.
 * @param rgb `side * side * 3` bytes
 */
export function withoutHair(rgb: Uint8Array, side: number): Uint8Array {
  const hairs = hairsOf(rgb, side);
  const result = Uint8Array.from(rgb);
  // As far as the nearest skin on both sides of the hair, in steps along its rows and columns.
  hairs.data.forEach((hair, i) => {
    if (!hair) return;
    const sums = [0, 0, 0];
    let weights = 0;
    for (const step of [-1, 1, -side, side]) {
      const { place, distance } = nearestSkin(hairs, i, step);
      if (distance === 0) continue;
      const weight = 1 / distance;
      weights += weight;
      for (let c = 0; c < 3; c++) sums[c] = (sums[c] ?? 0) + weight * (rgb[place * 3 + c] ?? 0);
    }
    if (weights > 0) for (let c = 0; c < 3; c++) result[i * 3 + c] = Math.round((sums[c] ?? 0) / weights);
  });
  return result;
}

/** Where hairs lie, with a pixel around them. */
export function hairsOf(rgb: Uint8Array, side: number): Mask {
  const grey = planeOf(rgb, 'grey');
  const dark = new Uint8Array(grey.length);
  for (const step of [1, side, side + 1, side - 1]) {
    const closed = closedAlong(grey, side, step);
    grey.forEach((value, i) => {
      if ((closed[i] ?? 0) - value > contrast) dark[i] = 1;
    });
  }
  const mask = { width: side, height: side, data: dark };
  const { labels, pieces } = piecesOf(mask);
  const boxes = pieces.map(() => ({ left: side, right: 0, top: side, bottom: 0 }));
  labels.forEach((label, i) => {
    const box = boxes[label - 1];
    if (!box) return;
    const x = i % side;
    const y = (i - x) / side;
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  });
  const isHair = boxes.map(({ left, right, top, bottom }, index) => {
    const length = Math.hypot(right - left + 1, bottom - top + 1);
    // Of the square on the diagonal, so that a straight hair along a row has a small share too.
    return length >= leastLength && (pieces[index]?.area ?? 0) <= (mostFill * length * length) / 2;
  });
  return grown({ ...mask, data: dark.map((_, i) => (isHair[(labels[i] ?? 0) - 1] ? 1 : 0)) }, 1);
}

/** Grey closing (maximum, then minimum) by a line of `bridge` pixels along `step`. */
function closedAlong(plane: Float32Array, side: number, step: number): Float32Array {
  const negative = (values: Float32Array): Float32Array => values.map((value) => -value);
  return negative(highest(negative(highest(plane, side, step)), side, step));
}

/** The highest value within reach of every pixel along `step`. */
function highest(plane: Float32Array, side: number, step: number): Float32Array {
  const reach = (bridge - 1) / 2;
  const columns = step === side ? 0 : step === side - 1 ? -1 : 1;
  const rows = step === 1 ? 0 : 1;
  const result = Float32Array.from(plane);
  for (let k = -reach; k <= reach; k++) {
    // Only where the neighbour lies in the picture; for it the rows are shifted as a whole.
    const [right, down] = [k * columns, k * rows];
    const left = Math.max(0, -right);
    const end = Math.min(side, side - right);
    for (let y = Math.max(0, -down); y < Math.min(side, side - down); y++) {
      const shift = down * side + right;
      for (let i = y * side + left; i < y * side + end; i++) {
        const value = plane[i + shift] ?? 0;
        if (value > (result[i] ?? 0)) result[i] = value;
      }
    }
  }
  return result;
}

function nearestSkin({ width, data }: Mask, from: number, step: number): { place: number; distance: number } {
  const row = Math.floor(from / width);
  let place = from;
  for (let distance = 1; ; distance++) {
    place += step;
    const left = place < 0 || place >= data.length;
    // A step along a row must not go on in the next.
    if (left || (Math.abs(step) === 1 && Math.floor(place / width) !== row)) return { place, distance: 0 };
    if (!data[place]) return { place, distance };
  }
}
