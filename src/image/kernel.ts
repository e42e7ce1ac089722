import { kernelBinary } from './kernel-binary';

/** Limits that fix the kernel's memory: side of a source square, and of a result, in pixels. */
export const maxSourceSide = 16384;
export const maxOutputs = 224;

const pixelBytes = 16;
const spans = 0;
const row = spans + maxOutputs * 8;
const sums = row + maxOutputs * pixelBytes;
const weights = sums + maxOutputs * maxOutputs * pixelBytes;
const strip = weights + (maxSourceSide + 4 * maxOutputs) * 2;

/** Strips of this size stay in a phone's second-level cache; Firefox reads them fastest from a canvas. */
export const stripBytes = 768 * 1024;

/** The last pixel of a strip is read as a group of four. */
const slack = 12;

const memoryPages = Math.ceil((strip + stripBytes + slack) / 65536);

interface Loops {
  alongRow(source: number, spans: number, weights: number, row: number, end: number): void;
  addRow(row: number, end: number, weight: number, sums: number): void;
}

/**
 * One instance of kernel.wat with the memory it works on (2 MB). Every browser that has OffscreenCanvas in
 * workers has WebAssembly SIMD as well, so there is no second path.
 */
export class Kernel {
  readonly #loops: Loops;
  readonly #spans: Int32Array;
  readonly #weights: Int16Array;
  readonly #sums: Int32Array;
  /** Source rows, 4 bytes a pixel, go here. */
  readonly strip: Uint8Array<ArrayBuffer>;

  constructor() {
    const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: memoryPages });
    const { exports } = new WebAssembly.Instance(compiled(), { host: { memory } });
    this.#loops = exports as unknown as Loops;
    const { buffer } = memory;
    this.#spans = new Int32Array(buffer, spans, maxOutputs * 2);
    this.#weights = new Int16Array(buffer, weights, maxSourceSide + 4 * maxOutputs);
    this.#sums = new Int32Array(buffer, sums, maxOutputs * maxOutputs * 4);
    this.strip = new Uint8Array(buffer, strip, stripBytes);
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

  /** Row `index` of the strip, `side` pixels long, to `outputs` pixels of the kernel's row. */
  alongRow(index: number, side: number, outputs: number): void {
    this.#loops.alongRow(strip + index * side * 4, spans, weights, row, row + outputs * pixelBytes);
  }

  /** Adds `weight` times the kernel's row to row `output` of the result. */
  addRow(output: number, weight: number, outputs: number): void {
    this.#loops.addRow(row, row + outputs * pixelBytes, weight, sums + output * outputs * pixelBytes);
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
}

let kernelModule: WebAssembly.Module | undefined;

/** 316 bytes: compiled at once, on first use. */
function compiled(): WebAssembly.Module {
  kernelModule ??= new WebAssembly.Module(Uint8Array.from(atob(kernelBinary), (c) => c.charCodeAt(0)));
  return kernelModule;
}
