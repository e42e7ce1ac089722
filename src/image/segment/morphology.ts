/** Work on masks of `side` x `side`: pieces, holes, growing and smoothing. */
import { marked, type Mask } from '../../domain/mask';

/** A connected piece of a mask. */
interface Piece {
  /** Its number in `labels`, from 1. */
  readonly label: number;
  readonly area: number;
  /** Pixels on the border of the mask. */
  readonly onBorder: number;
}

export interface Pieces {
  /** The number of the piece that a pixel belongs to; 0 outside. */
  readonly labels: Int32Array;
  readonly pieces: readonly Piece[];
}

/** Pixels of `value` that touch by a side belong together. */
export function piecesOf({ width, height, data }: Mask, value: 0 | 1 = 1): Pieces {
  const labels = new Int32Array(data.length);
  const stack = new Int32Array(data.length);
  const pieces: Piece[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    if (data[seed] !== value || labels[seed]) continue;
    const label = pieces.length + 1;
    let top = 0;
    let area = 0;
    let onBorder = 0;
    labels[seed] = label;
    stack[top++] = seed;
    const visit = (i: number): void => {
      if (data[i] !== value || labels[i]) return;
      labels[i] = label;
      stack[top++] = i;
    };
    while (top > 0) {
      const i = stack[--top] ?? 0;
      const x = i % width;
      const y = (i - x) / width;
      area += 1;
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) onBorder += 1;
      if (x > 0) visit(i - 1);
      if (x < width - 1) visit(i + 1);
      if (y > 0) visit(i - width);
      if (y < height - 1) visit(i + width);
    }
    pieces.push({ label, area, onBorder });
  }
  return { labels, pieces };
}

/** Fills what is outside but cannot reach the border. */
export function filled(mask: Mask): Mask {
  const { labels, pieces } = piecesOf(mask, 0);
  const data = mask.data.map((value, i) => {
    const label = labels[i] ?? 0;
    return value || pieces[label - 1]?.onBorder === 0 ? 1 : 0;
  });
  return { ...mask, data };
}

/** Every pixel within `radius` of the mask (negative: only those that far from all that is outside). */
export function grown(mask: Mask, radius: number): Mask {
  const inside = radius < 0 ? 0 : 1;
  const distances = squaredDistances(mask, inside);
  const limit = radius * radius;
  const data = marked(distances, (distance) => distance <= limit === (inside === 1));
  return { ...mask, data };
}

/** Squared distance of every pixel to the nearest of `value`: Felzenszwalb & Huttenlocher (2012), exact. */
export function squaredDistances({ width, height, data }: Mask, value: number): Float32Array {
  const far = 1e9;
  const result = new Float32Array(data).map((found) => (found === value ? 0 : far));
  const longest = Math.max(width, height);
  const f = new Float32Array(longest);
  const places = new Int32Array(longest);
  const bounds = new Float32Array(longest + 1);
  const along = (start: number, step: number, length: number): void => {
    for (let i = 0; i < length; i++) f[i] = result[start + i * step] ?? 0;
    let k = 0;
    places[0] = 0;
    bounds[0] = -Infinity;
    bounds[1] = Infinity;
    for (let q = 1; q < length; q++) {
      let meet = crossing(f, places[k] ?? 0, q);
      while (meet <= (bounds[k] ?? 0)) meet = crossing(f, places[--k] ?? 0, q);
      places[++k] = q;
      bounds[k] = meet;
      bounds[k + 1] = Infinity;
    }
    k = 0;
    for (let q = 0; q < length; q++) {
      while ((bounds[k + 1] ?? 0) < q) k++;
      const place = places[k] ?? 0;
      result[start + q * step] = (q - place) * (q - place) + (f[place] ?? 0);
    }
  };
  for (let x = 0; x < width; x++) along(x, width, height);
  for (let y = 0; y < height; y++) along(y * width, 1, width);
  return result;
}

/** Where the parabolas that stand on `p` and `q` (p < q) meet. */
function crossing(f: Float32Array, p: number, q: number): number {
  return ((f[q] ?? 0) + q * q - ((f[p] ?? 0) + p * p)) / (2 * (q - p));
}
