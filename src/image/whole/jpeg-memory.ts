/** The memory that kernels/jpeg.ts works on: a JPEG's file, its tables, and what is known of its blocks. */
import { fromBase64 } from '../../base64';
import { binary } from './jpeg-binary';

/** What kernels/jpeg.ts exports. Places are bytes from the beginning of its memory. */
export interface JpegKernel {
  beginScan(isProgressive: boolean, from: number, to: number, high: number, low: number): void;
  beginStretch(from: number, fileEnd: number, components: number, count: number): number;
  isLeft(): number;
  isWithinRun(): number;
  followAll(components: number, count: number, unitsAcross: number, from: number, to: number): number;
  followSingle(components: number, from: number, to: number): number;
  findStep(
    top: number,
    bottom: number,
    across: number,
    unitWidth: number,
    unitHeight: number,
    columns: number,
    rows: number,
    tops: number,
  ): number;
  stepClarity(): number;
}

/** The blocks of one colour component, in rows of `across`. */
export interface Component {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
  /** Blocks in a row and rows, as far as the picture goes. */
  readonly width: number;
  readonly height: number;
  /** Blocks in a row, filled up to whole units of all components. */
  readonly across: number;
  /** Number of its quantisation table. */
  readonly quantisation: number;
  /** Places of what is known of each block, as the kernel names it; `filled` is 0 unless the picture is progressive. */
  readonly top: number;
  readonly bottom: number;
  readonly filled: number;
  /** Bits that are still to come of each coefficient; -1 where nothing has come yet. */
  readonly missing: Int8Array;
}

/** What a scan says of a component. */
export interface ScanComponent {
  readonly component: Component;
  /** Places of its Huffman tables; 0 for none. */
  readonly dcTable: number;
  readonly acTable: number;
  /** Steps of quantisation, in zigzag order. */
  readonly steps: Uint16Array;
  /** Largest level of the mean, and longest code of each other coefficient that an 8-bit picture can have. */
  readonly mostDc: number;
  readonly mostBits: Uint8Array;
}

const pageBytes = 65536;
/** What the kernel reads past the end of a file: a block of at most 64 codes of 16 bits, each with a value of 16. */
const slack = 64 * 4 + 16;
/** Of `Component` in the kernel, its steps and its longest codes. */
const componentBytes = 52;
const stepBytes = 128;
const bitBytes = 64;
const mostComponents = 4;

export class JpegMemory {
  readonly kernel: JpegKernel;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  /** Starts at 8, because an address of 0 means none. */
  #used = 8;
  /** Of the components of a scan, as the kernel can hold. */
  readonly components: number;
  readonly #steps: number;
  readonly #bits: number;

  constructor() {
    const { exports } = new WebAssembly.Instance(compiled(), { env: { memory: this.#memory } });
    this.kernel = exports as unknown as JpegKernel;
    this.components = this.allocate(mostComponents * componentBytes);
    this.#steps = this.allocate(mostComponents * stepBytes);
    this.#bits = this.allocate(mostComponents * bitBytes);
  }

  /** Makes room, filled with zeros, on a multiple of 8. @throws RangeError when there is no more memory */
  allocate(bytes: number): number {
    const place = this.#used;
    this.#used += Math.ceil(bytes / 8) * 8;
    const missing = this.#used + slack - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    return place;
  }

  /** Copies bytes to a place of their own. */
  place(bytes: Uint8Array): number {
    const place = this.allocate(bytes.length);
    this.bytes(place, bytes.length).set(bytes);
    return place;
  }

  /** Views end with the next `allocate`. */
  bytes(place: number, count: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, place, count);
  }

  words(place: number, count: number): Int32Array {
    return new Int32Array(this.#memory.buffer, place, count);
  }

  halves(place: number, count: number): Uint16Array {
    return new Uint16Array(this.#memory.buffer, place, count);
  }

  levels(place: number, count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, place, count);
  }

  /** Puts what a scan says of its components where the kernel takes it up. */
  layOut(scan: readonly ScanComponent[]): void {
    scan.forEach(({ component, dcTable, acTable, steps, mostDc, mostBits }, i) => {
      const ownSteps = this.#steps + i * stepBytes;
      const ownBits = this.#bits + i * bitBytes;
      this.halves(ownSteps, 64).set(steps);
      this.bytes(ownBits, 64).set(mostBits);
      const { horizontal, vertical, width, across, top, bottom, filled } = component;
      this.words(this.components + i * componentBytes, componentBytes / 4).set([
        horizontal,
        vertical,
        width,
        across,
        dcTable,
        acTable,
        ownSteps,
        mostDc,
        ownBits,
        top,
        bottom,
        filled,
        0,
      ]);
    });
  }
}

let module: WebAssembly.Module | undefined;

/** A few kB: compiled at once, on first use. */
function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(fromBase64(binary));
  return module;
}
