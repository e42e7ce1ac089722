import type { Crop } from '../../domain/crop';
import { Kernel, maxOutputs, maxSourceSide, rowsInStrip, type Turn } from './kernel';

/** Side in pixels of a crop as it is looked at, and of the largest input of a network. */
export const networkSide = 224;

/** A picture whose pixels can be read in strips, so that no large picture is ever held twice. */
export interface PixelSource {
  /** Order of the channels in a strip; the fourth byte is without meaning. */
  readonly order: 'rgbx' | 'bgrx';
  /**
   * Clockwise degrees by which strips are still to be turned. With 180, rows and pixels come in reverse.
   * With 90 and 270, a strip of n upright rows comes as `side` rows of n pixels, `turnedStride(n)` apart.
   */
  readonly turn: Turn;
  /**
   * Writes the upright rows of `frame` from top to bottom into `strip`, at most `rowsInStrip(frame.side)` at
   * a time, 4 bytes a pixel, sRGB; calls `consume` with the number of rows each time.
   */
  readRows(frame: Crop, strip: Uint8Array<ArrayBuffer>, consume: (rows: number) => void): Promise<void>;
}

/** What each output of one axis takes: weights, in units of 1/16384, of the pixels from `first[i]` on. */
interface Taps {
  readonly first: Int32Array;
  readonly weights: readonly (readonly number[])[];
}

const one = 16384;

/** Area average (`side` >= `outputs`): output i covers [i*side, (i+1)*side) in 1/outputs of a pixel. */
function areaTaps(side: number, outputs: number): Taps {
  const first = new Int32Array(outputs);
  const weights: number[][] = [];
  for (let i = 0; i < outputs; i++) {
    const start = i * side;
    const end = start + side;
    const own: number[] = [];
    let given = 0;
    first[i] = Math.floor(start / outputs);
    for (let k = Math.floor(start / outputs); k * outputs < end; k++) {
      const covered = Math.min((k + 1) * outputs, end) - start;
      // Differences of the rounded cumulative share: the weights sum to 16384 exactly.
      const share = Math.floor((covered * one + Math.floor(side / 2)) / side);
      own.push(share - given);
      given = share;
    }
    weights.push(own);
  }
  return { first, weights };
}

/** Linear interpolation (`side` < `outputs`) between pixel centres, the border repeated. */
function linearTaps(side: number, outputs: number): Taps {
  const first = new Int32Array(outputs);
  const weights: number[][] = [];
  for (let i = 0; i < outputs; i++) {
    const numerator = (2 * i + 1) * side - outputs;
    const denominator = 2 * outputs;
    const left = Math.floor(numerator / denominator);
    const rest = numerator - left * denominator;
    const right = Math.floor((rest * one + outputs) / denominator);
    first[i] = Math.min(Math.max(left, 0), side - 1);
    weights.push(left < 0 || left + 1 >= side ? [one] : [one - right, right]);
  }
  return { first, weights };
}

/**
 * "lentigo-area-1": brings a square of any side to `outputs` x `outputs` in integer arithmetic, so that
 * every browser and the training code get the same bytes. Area average when it shrinks, linear when it
 * enlarges; first along the rows, then along the columns. Rows come from top to bottom in strips, so
 * that memory does not grow with the picture.
 */
class Resampler {
  readonly #taps: Taps;
  #rows = 0;
  /** The first output row that still takes source rows. */
  #open = 0;

  constructor(
    readonly kernel: Kernel,
    readonly side: number,
    readonly outputs: number,
  ) {
    if (side < 1 || side > maxSourceSide || outputs < 1 || outputs > maxOutputs) {
      throw new RangeError(`${side} to ${outputs} pixels`);
    }
    this.#taps = side >= outputs ? areaTaps(side, outputs) : linearTaps(side, outputs);
    kernel.setTaps(this.#taps.first, this.#taps.weights);
    kernel.clear();
  }

  /** Takes the next `rows` rows, which lie in the kernel's strip for `turn`. */
  push(rows: number, turn: Turn): void {
    if (this.#rows + rows > this.side) throw new RangeError('more rows than the square has');
    this.kernel.stand(turn, this.side, rows);
    for (let index = 0; index < rows; index++) {
      this.kernel.alongRow(index, this.side, this.outputs);
      this.#addRow(this.#rows++);
    }
  }

  finish(order: PixelSource['order']): Uint8Array<ArrayBuffer> {
    if (this.#rows !== this.side) throw new RangeError(`${this.#rows} of ${this.side} rows`);
    return this.kernel.result(this.outputs, order === 'bgrx');
  }

  /** Adds source row `k` to the output rows that it takes part in. */
  #addRow(k: number): void {
    const { first, weights } = this.#taps;
    for (let i = this.#open; i < this.outputs; i++) {
      const own = weights[i] ?? [];
      const tap = k - (first[i] ?? 0);
      if (tap < 0) return;
      const weight = own[tap];
      if (weight !== undefined) this.kernel.addRow(i, weight, this.outputs);
      if (tap + 1 >= own.length) this.#open = i + 1;
    }
  }
}

/** Kernels that nobody uses now: two pictures at once never share one, and none is made in vain. */
const idle: Kernel[] = [];

/**
 * The `frame` of a picture at `outputs` x `outputs`: `outputs * outputs * 3` bytes of RGB.
 * @param outputs 1..224
 */
export async function resampleCrop(
  source: PixelSource,
  frame: Crop,
  outputs: number = networkSide,
): Promise<Uint8Array<ArrayBuffer>> {
  const kernel = idle.pop() ?? new Kernel();
  try {
    const resampler = new Resampler(kernel, frame.side, outputs);
    const { turn } = source;
    await source.readRows(frame, kernel.strip(turn), (rows) => resampler.push(rows, turn));
    return resampler.finish(source.order);
  } finally {
    idle.push(kernel);
  }
}

/** A square of RGB bytes, `side * side * 3`, at `outputs` x `outputs`. */
export function resampleSquare(
  rgb: Uint8Array,
  side: number,
  outputs: number = networkSide,
): Uint8Array<ArrayBuffer> {
  if (rgb.length !== side * side * 3) throw new RangeError(`${rgb.length} bytes for a side of ${side}`);
  const kernel = idle.pop() ?? new Kernel();
  try {
    const resampler = new Resampler(kernel, side, outputs);
    const strip = kernel.strip(0);
    const stripRows = rowsInStrip(side);
    for (let y = 0; y < side; y += stripRows) {
      const rows = Math.min(stripRows, side - y);
      for (let pixel = 0, from = y * side * 3; pixel < rows * side; pixel++, from += 3) {
        strip[pixel * 4] = rgb[from] ?? 0;
        strip[pixel * 4 + 1] = rgb[from + 1] ?? 0;
        strip[pixel * 4 + 2] = rgb[from + 2] ?? 0;
      }
      resampler.push(rows, 0);
    }
    return resampler.finish('rgbx');
  } finally {
    idle.push(kernel);
  }
}

/**
 * A crop as the network wants it. A network with a smaller input sees the crop that everything else is read from, made
 * smaller once more.
 * @param rgb `networkSide * networkSide * 3` bytes
 * @param side of the input, at most `networkSide`
 * @returns `side * side * 3` values in [-1, 1]
 */
export function networkInput(rgb: Uint8Array, side: number): Float32Array<ArrayBuffer> {
  return toNetworkInput(side === networkSide ? rgb : resampleSquare(rgb, networkSide, side));
}

/** RGB bytes as the network wants them: float32 in [-1, 1], same order. */
export function toNetworkInput(rgb: Uint8Array): Float32Array<ArrayBuffer> {
  const input = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) input[i] = (rgb[i] ?? 0) / 127.5 - 1;
  return input;
}
