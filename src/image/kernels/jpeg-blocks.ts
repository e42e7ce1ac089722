/** How one 8 x 8 block of a JPEG is coded, in each kind of scan. Coefficients count in zigzag order. */
import { at, lookUp, moveTo, peek, signed } from './jpeg-bits';

/** A colour component, and what the scan says of it. */
@unmanaged
export class Component {
  horizontal: i32;
  vertical: i32;
  /** Blocks in a row as far as the picture goes, and filled up to whole units of all components. */
  width: i32;
  across: i32;
  /** Huffman tables; 0 for none. */
  dcTable: usize;
  acTable: usize;
  /** Steps of quantisation, u16. */
  steps: usize;
  /** Largest level of the mean that an 8-bit picture can have, and longest code (u8) of each other coefficient. */
  mostDc: i32;
  mostBits: usize;
  /** Grey level along the upper and the lower edge of each block, times 8, less 1024: f32. */
  top: usize;
  bottom: usize;
  /** Which coefficients of each block are not 0: u64. Of a progressive picture only. */
  filled: usize;
  /** Last mean level. Runs on from block to block until the next restart. */
  dc: i32;
}

/** Blocks that still end without another code. */
let ended: i32 = 0;
/** Of the scan: coefficients, and bits that came before and that are left. */
let isProgressive: bool = false;
let first: i32 = 0;
let last: i32 = 0;
let high: i32 = 0;
let low: i32 = 0;

/** Says how the scan is coded. Only that of a progressive picture may hold less than all coefficients, 0 to 63. */
export function beginScan(progressive: bool, from: i32, to: i32, before: i32, left: i32): void {
  isProgressive = progressive;
  first = from;
  last = to;
  high = before;
  low = left;
}

/** Begins a stretch between two restarts. */
export function restart(): void {
  ended = 0;
}

/** Whether blocks are left of a run of those that end without another code. */
export function isWithinRun(): bool {
  return ended > 0;
}

/** Steps over a block; false where the bits cannot be such a block. */
export function readBlock(component: Component, block: i32): bool {
  if (!isProgressive) return sequential(component, block);
  if (first == 0) {
    if (high == 0) return readDc(component, block);
    moveTo(at + 1);
    return true;
  }
  return high == 0 ? firstAc(component, block) : laterAc(component, block);
}

function readDc(component: Component, block: i32): bool {
  const table = component.dcTable;
  if (table == 0) return false;
  const entry = lookUp(table, peek(at));
  const size = (entry & 255) as i32;
  if (entry == 0 || size > 15) return false;
  moveTo((at + (entry >>> 8)) as i32);
  const level = component.dc + signed(at, size);
  moveTo(at + size);
  component.dc = level;
  if (abs(level << low) > component.mostDc) return false;
  const grey = ((level << low) * (load<u16>(component.steps) as i32)) as f32;
  store<f32>(component.top + ((block as usize) << 2), grey);
  store<f32>(component.bottom + ((block as usize) << 2), grey);
  return true;
}

/**
 * The coefficients that only change from top to bottom make up the mean of each row of a block. They raise its upper
 * edge; the even ones raise the lower edge as well, the odd ones lower it.
 */
const vertical: u64 = (1 << 2) | (1 << 3) | (1 << 9) | (1 << 10) | (1 << 20) | (1 << 21) | (1 << 35);
const even: u64 = (1 << 3) | (1 << 10) | (1 << 21);

function isVertical(k: i32): bool {
  return ((vertical >>> (k as u64)) & 1) != 0;
}

function raise(component: Component, block: i32, k: i32, value: i32): void {
  const step = load<u16>(component.steps + ((k as usize) << 1)) as i32;
  const height = ((value * step) as f64) * Math.SQRT2;
  const top = component.top + ((block as usize) << 2);
  const bottom = component.bottom + ((block as usize) << 2);
  const isEven = ((even >>> (k as u64)) & 1) != 0;
  store<f32>(top, ((load<f32>(top) as f64) + height) as f32);
  store<f32>(bottom, ((load<f32>(bottom) as f64) + (isEven ? height : -height)) as f32);
}

function sequential(component: Component, block: i32): bool {
  const table = component.acTable;
  if (table == 0 || !readDc(component, block)) return false;
  const mostBits = component.mostBits;
  let position = at;
  for (let k: i32 = 1; k < 64; k++) {
    const entry = lookUp(table, peek(position));
    if (entry == 0) return false;
    const size = (entry & 15) as i32;
    const zeros = ((entry >>> 4) & 15) as i32;
    position += (entry >>> 8) as i32;
    if (size == 0) {
      if (zeros == 0) break;
      if (zeros != 15) return false;
      k += 15;
      continue;
    }
    k += zeros;
    if (k > 63 || size > (load<u8>(mostBits + (k as usize)) as i32)) return false;
    if (isVertical(k)) raise(component, block, k, signed(position, size));
    position += size;
  }
  moveTo(position);
  return true;
}

/** The number of further blocks that end, of a code that says so. */
function readRun(size: i32): i32 {
  const more = size == 0 ? 0 : ((peek(at) >>> (32 - size)) as i32);
  moveTo(at + size);
  return (1 << size) - 1 + more;
}

function firstAc(component: Component, block: i32): bool {
  if (ended > 0) {
    ended -= 1;
    return true;
  }
  const table = component.acTable;
  if (table == 0) return false;
  const mostBits = component.mostBits;
  const place = component.filled + ((block as usize) << 3);
  let filled = load<u64>(place);
  for (let k = first; k <= last; k++) {
    const entry = lookUp(table, peek(at));
    if (entry == 0) return false;
    moveTo((at + (entry >>> 8)) as i32);
    const size = (entry & 15) as i32;
    const zeros = ((entry >>> 4) & 15) as i32;
    if (size == 0) {
      if (zeros != 15) {
        ended = readRun(zeros);
        break;
      }
      k += 15;
      continue;
    }
    k += zeros;
    if (k > last || size + low > (load<u8>(mostBits + (k as usize)) as i32)) return false;
    if (isVertical(k)) raise(component, block, k, signed(at, size) << low);
    moveTo(at + size);
    filled |= (1 as u64) << (k as u64);
  }
  store<u64>(place, filled);
  return true;
}

function laterAc(component: Component, block: i32): bool {
  const place = component.filled + ((block as usize) << 3);
  let filled = load<u64>(place);
  let k = first;
  if (ended == 0) {
    const table = component.acTable;
    if (table == 0) return false;
    for (; k <= last; k++) {
      const entry = lookUp(table, peek(at));
      if (entry == 0) return false;
      moveTo((at + (entry >>> 8)) as i32);
      const size = (entry & 15) as i32;
      let zeros = ((entry >>> 4) & 15) as i32;
      if (size > 1) return false;
      if (size == 0 && zeros != 15) {
        ended = readRun(zeros) + 1;
        break;
      }
      // Each coefficient that is filled already gets a bit; the new one comes after `zeros` that are not.
      let before = 0;
      for (; k <= last; k++) {
        if ((filled >>> (k as u64)) & 1) before += 1;
        else if (zeros-- == 0) break;
      }
      moveTo(at + size + before);
      if (size == 0) continue;
      if (k > last) return false;
      filled |= (1 as u64) << (k as u64);
    }
    store<u64>(place, filled);
  }
  if (ended > 0) {
    ended -= 1;
    if (k <= last) {
      const through = ~(0 as u64) >>> ((63 - last) as u64);
      moveTo((at + popcnt<u64>(filled & through & (~(0 as u64) << (k as u64)))) as i32);
    }
  }
  return true;
}
