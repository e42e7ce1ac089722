/** How one 8 x 8 block of a JPEG is coded, in each kind of scan. Coefficients count in zigzag order. */
import { peek, type Bits, type HuffmanTable } from './jpeg-huffman';

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
  /** Grey level along the upper and the lower edge of each block, times 8, less 1024. */
  readonly top: Float32Array;
  readonly bottom: Float32Array;
  /** Which coefficients of each block are not 0, two words of 32 a block; only where the picture is progressive. */
  readonly filled: Uint32Array;
  /** Bits that are still to come of each coefficient; -1 where nothing has come yet. */
  readonly missing: Int8Array;
}

/** What a scan says of a component. */
export interface ScanComponent {
  readonly component: Component;
  readonly dcTable: HuffmanTable | undefined;
  readonly acTable: HuffmanTable | undefined;
  /** Steps of quantisation, in zigzag order. */
  readonly steps: Uint16Array;
  /** Largest level of the mean, and longest code of each other coefficient that an 8-bit picture can have. */
  readonly mostDc: number;
  readonly mostBits: Uint8Array;
}

export interface ScanKind {
  readonly from: number;
  readonly to: number;
  /** Bits that came before (0: this is the first scan of these coefficients) and bits that are left. */
  readonly high: number;
  readonly low: number;
}

/** What runs on from block to block until the next restart. */
export interface RunOn {
  /** Last mean level by component of the scan. */
  readonly dc: Int32Array;
  /** Blocks that end without another code. */
  ended: number;
}

/** Steps over a block; false where the bits cannot be such a block. */
export type ReadBlock = (
  bits: Bits,
  scan: ScanComponent,
  index: number,
  block: number,
  run: RunOn,
  kind: ScanKind,
) => boolean;

/**
 * The coefficients that only change from top to bottom make up the mean of each row of a block. By their number: 0 for
 * all others, 1 where upper and lower edge are raised alike, -1 where the lower edge is lowered.
 */
const vertical = new Int8Array(64);
[-1, 1, -1, 1, -1, 1, -1].forEach((sign, i) => (vertical[[2, 3, 9, 10, 20, 21, 35][i] ?? 0] = sign));

/** A value of `size` bits as it stands in the data. */
function signed(value: number, size: number): number {
  return size > 0 && value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

function readDc(
  bits: Bits,
  scan: ScanComponent,
  index: number,
  block: number,
  run: RunOn,
  low: number,
): boolean {
  if (!scan.dcTable) return false;
  const size = bits.symbol(scan.dcTable);
  if (size < 0 || size > 15) return false;
  const level = (run.dc[index] ?? 0) + signed(bits.read(size), size);
  run.dc[index] = level;
  if (Math.abs(level << low) > scan.mostDc) return false;
  const { component, steps } = scan;
  const grey = (level << low) * (steps[0] ?? 0);
  component.top[block] = grey;
  component.bottom[block] = grey;
  return true;
}

export const sequential: ReadBlock = (bits, scan, index, block, run) => {
  const { acTable, mostBits } = scan;
  if (!acTable || !readDc(bits, scan, index, block, run, 0)) return false;
  const { data } = bits;
  const { look } = acTable;
  let { at } = bits;
  for (let k = 1; k < 64; k++) {
    const next = peek(data, at);
    const entry = (look[next >> 6] ?? 0) || acTable.longer(next);
    if (entry === 0) return false;
    const size = entry & 15;
    const zeros = (entry >> 4) & 15;
    at += (entry >> 8) + size;
    if (size === 0) {
      if (zeros !== 15) {
        if (zeros !== 0) return false;
        break;
      }
      k += 15;
    } else {
      k += zeros;
      if (k > 63 || size > (mostBits[k] ?? 0)) return false;
      if (vertical[k] !== 0) raise(scan, block, k, signed(peek(data, at - size) >> (16 - size), size));
    }
  }
  bits.at = at;
  return true;
};

function raise({ component, steps }: ScanComponent, block: number, k: number, value: number): void {
  const { top, bottom } = component;
  const height = value * (steps[k] ?? 0) * Math.SQRT2;
  top[block] = (top[block] ?? 0) + height;
  bottom[block] = (bottom[block] ?? 0) + height * (vertical[k] ?? 0);
}

const firstDc: ReadBlock = (bits, scan, index, block, run, { low }) =>
  readDc(bits, scan, index, block, run, low);

const laterDc: ReadBlock = (bits) => {
  bits.at += 1;
  return true;
};

const firstAc: ReadBlock = (bits, scan, _index, block, run, kind) => {
  const { component, acTable, mostBits } = scan;
  if (run.ended > 0) {
    run.ended -= 1;
    return true;
  }
  if (!acTable) return false;
  const { filled } = component;
  const word = block * 2;
  for (let k = kind.from; k <= kind.to; k++) {
    const symbol = bits.symbol(acTable);
    if (symbol < 0) return false;
    const size = symbol & 15;
    const zeros = symbol >> 4;
    if (size === 0) {
      if (zeros !== 15) {
        run.ended = (1 << zeros) - 1 + bits.read(zeros);
        return true;
      }
      k += 15;
      continue;
    }
    k += zeros;
    if (k > kind.to || size + kind.low > (mostBits[k] ?? 0)) return false;
    if (vertical[k] === 0) bits.at += size;
    else raise(scan, block, k, signed(bits.read(size), size) * (1 << kind.low));
    filled[word + (k >> 5)] = (filled[word + (k >> 5)] ?? 0) | (1 << (k & 31));
  }
  return true;
};

const laterAc: ReadBlock = (bits, { component, acTable }, _index, block, run, { from, to }) => {
  const { filled } = component;
  let low = filled[block * 2] ?? 0;
  let high = filled[block * 2 + 1] ?? 0;
  let k = from;
  if (run.ended === 0) {
    if (!acTable) return false;
    for (; k <= to; k++) {
      const symbol = bits.symbol(acTable);
      if (symbol < 0) return false;
      const size = symbol & 15;
      let zeros = symbol >> 4;
      if (size > 1) return false;
      if (size === 0 && zeros !== 15) {
        run.ended = (1 << zeros) + bits.read(zeros);
        break;
      }
      // Each coefficient that is filled already gets a bit; the new one comes after `zeros` that are not.
      let filledBefore = 0;
      for (; k <= to; k++) {
        if (((k < 32 ? low : high) >>> (k & 31)) & 1) filledBefore += 1;
        else if (zeros-- === 0) break;
      }
      bits.at += size + filledBefore;
      if (size === 0) continue;
      if (k > to) return false;
      if (k < 32) low |= 1 << k;
      else high |= 1 << (k & 31);
    }
    filled[block * 2] = low;
    filled[block * 2 + 1] = high;
  }
  if (run.ended > 0) {
    run.ended -= 1;
    if (low | high) bits.at += ones(low & between(k, to)) + ones(high & between(k - 32, to - 32));
  }
  return true;
};

/** How the blocks of a progressive scan are coded. */
export function progressive({ from, high }: ScanKind): ReadBlock {
  if (from === 0) return high === 0 ? firstDc : laterDc;
  return high === 0 ? firstAc : laterAc;
}

/** A word of 32 with the bits `from` to `to`, as far as it has them. */
function between(from: number, to: number): number {
  if (to < 0 || from > 31 || from > to) return 0;
  const upTo = to >= 31 ? -1 : (1 << (to + 1)) - 1;
  return from <= 0 ? upTo : upTo & (-1 << from);
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
