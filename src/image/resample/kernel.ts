import { fromBase64 } from '../../base64';
import { binary } from './kernel-binary';

/** Limits that fix the kernel's memory: side of a source square, and of a result, in pixels. */
export const maxSourceSide = 16384;
export const maxOutputs = 224;

/** Strips of this size stay in a phone's second-level cache; Firefox reads them fastest from a canvas. */
const stripBytes = 768 * 1024;

/** Clockwise degrees by which pixels must be turned to stand upright. */
export type Turn = 0 | 90 | 180 | 270;

/** How many rows of `side` pixels a strip holds: a multiple of four, which turning asks for. */
export function rowsInStrip(side: number): number {
  return Math.floor(stripBytes / (side * 4 * 4)) * 4;
}

/** Bytes of a row of `pixels` in a strip that is still to be turned by 90 or 270 degrees. */
export function turnedStride(pixels: number): number {
  return Math.ceil(pixels / 4) * 16;
}

// Places in the kernel's memory.
const outputBytes = 16;
const maxWeights = maxSourceSide + 4 * maxOutputs;
const spans = 0;
const row = spans + maxOutputs * 8;
const sums = row + maxOutputs * outputBytes;
const weights = sums + maxOutputs * maxOutputs * outputBytes;
const upright = weights + maxWeights * 2;
const turned = upright + stripBytes;
/** The last pixel of a strip is read as a group of four. */
const memoryPages = Math.ceil((turned + stripBytes + 12) / 65536);

interface Loops {
  alongRow(source: number, spans: number, weights: number, row: number, end: number): void;
  addRow(row: number, end: number, weight: number, sums: number): void;
  turn(from: number, stride: number, side: number, to: number): void;
}

/**
 * One instance of kernels/resample.ts with the memory it works on (2.5 MB). Every browser that has OffscreenCanvas
 * in workers has WebAssembly SIMD as well, so there is no second path.
 */
export class Kernel {
  readonly #loops: Loops;
  readonly #spans: Int32Array;
  readonly #weights: Int16Array;
  readonly #sums: Int32Array;
  readonly #upright: Uint8Array<ArrayBuffer>;
  readonly #turned: Uint8Array<ArrayBuffer>;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
    const { exports } = new WebAssembly.Instance(compiled(), { env: { memory } });
    this.#loops = exports as unknown as Loops;
    const { buffer } = memory;
    this.#spans = new Int32Array(buffer, spans, maxOutputs * 2);
    this.#weights = new Int16Array(buffer, weights, maxWeights);
    this.#sums = new Int32Array(buffer, sums, maxOutputs * maxOutputs * 4);
    this.#upright = new Uint8Array(buffer, upright, stripBytes);
    this.#turned = new Uint8Array(buffer, turned, stripBytes);
  }

  /** Where to write rows of 4 bytes a pixel that need `turn`; `stand` makes them upright rows. */
  strip(turn: Turn): Uint8Array<ArrayBuffer> {
    return turn === 90 || turn === 270 ? this.#turned : this.#upright;
  }

  /** Makes `rows` upright rows of `side` pixels of what was written into `strip(turn)`. */
  stand(turn: Turn, side: number, rows: number): void {
    if (turn === 90 || turn === 270) {
      const stride = turnedStride(rows);
      if (side >= 4) this.#loops.turn(turned, stride, side, upright);
      else this.#turnTiny(stride, side, rows);
    }
    if (turn === 180 || turn === 270) new Uint32Array(this.#upright.buffer, upright, side * rows).reverse();
  }

  /** Sets the weights (sum 16384) that output i of a row gives to the pixels from `first[i]` on. */
  setTaps(first: Int32Array, taps: readonly (readonly number[])[]): void {
    let next = 0;
    taps.forEach((own, i) => {
      const padded = Math.ceil(own.length / 4) * 4;
      this.#spans[i * 2] = (first[i] ?? 0) * 4;
      this.#spans[i * 2 + 1] = padded * 2;
      this.#weights.fill(0, next, next + padded);
      this.#weights.set(own, next);
      next += padded;
    });
  }

  /** Sets all sums to one half of the last place that survives, so that they round. */
  clear(): void {
    this.#sums.fill(1 << 21);
  }

  /** Upright row `index` of the strip, `side` pixels long, to `outputs` pixels of the kernel's row. */
  alongRow(index: number, side: number, outputs: number): void {
    this.#loops.alongRow(upright + index * side * 4, spans, weights, row, row + outputs * outputBytes);
  }

  /** Adds `weight` times the kernel's row to row `output` of the result. */
  addRow(output: number, weight: number, outputs: number): void {
    this.#loops.addRow(row, row + outputs * outputBytes, weight, sums + output * outputs * outputBytes);
  }

  /** The result: `outputs * outputs * 3` bytes, the channels of the strip in order, or reversed. */
  result(outputs: number, reversed: boolean): Uint8Array<ArrayBuffer> {
    const rgb = new Uint8Array(outputs * outputs * 3);
    const red = reversed ? 2 : 0;
    const blue = 2 - red;
    for (let to = 0, from = 0; to < rgb.length; to += 3, from += 4) {
      rgb[to] = (this.#sums[from + red] ?? 0) >> 22;
      rgb[to + 1] = (this.#sums[from + 1] ?? 0) >> 22;
      rgb[to + 2] = (this.#sums[from + blue] ?? 0) >> 22;
    }
    return rgb;
  }

  /** What `turn` does, for squares too small for its blocks. */
  #turnTiny(stride: number, side: number, rows: number): void {
    for (let j = 0; j < rows; j++) {
      for (let x = 0; x < side; x++) {
        const from = (side - 1 - x) * stride + j * 4;
        this.#upright.set(this.#turned.subarray(from, from + 4), (j * side + x) * 4);
      }
    }
  }
}

let kernelModule: WebAssembly.Module | undefined;

/** Under 1 kB: compiled at once, on first use. */
function compiled(): WebAssembly.Module {
  kernelModule ??= new WebAssembly.Module(fromBase64(binary));
  return kernelModule;
}
