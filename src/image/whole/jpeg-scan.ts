/** Follows one scan of a JPEG through all of its blocks, without computing a pixel. */
import type { Bits } from './jpeg-huffman';
import type { Component, ReadBlock, RunOn, ScanComponent, ScanKind } from './jpeg-blocks';

export interface Scan {
  readonly components: readonly ScanComponent[];
  readonly kind: ScanKind;
  readonly read: ReadBlock;
  /** Units from one restart marker to the next; 0 for none. */
  readonly restart: number;
  /** Units of all components: in a row, and rows. */
  readonly unitsAcross: number;
  readonly unitsDown: number;
}

/** What becomes of a scan: where the marker after it stands, and what is wrong with it. */
export interface Followed {
  readonly end: number;
  readonly damage: string | undefined;
}

/**
 * Decodes every code of a scan from byte `from`, up to the next marker that is no restart. It is whole when each stretch between restart
 * markers holds exactly its units: damage throws the codes out of step, and they hardly ever end at the right place.
 * @param bits with room for the whole file
 */
export function followScan(bytes: Uint8Array, from: number, bits: Bits, scan: Scan): Followed {
  const [only] = scan.components;
  const single = scan.components.length === 1 && only ? only.component : undefined;
  const units = single ? single.width * single.height : scan.unitsAcross * scan.unitsDown;
  const stretch = scan.restart || units;
  const run: RunOn = { dc: new Int32Array(scan.components.length), ended: 0 };
  let at = from;
  let damage: string | undefined;
  for (let done = 0, restart = 0; ; restart++) {
    at = unstuff(bytes, at, bits);
    const until = Math.min(done + stretch, units);
    run.dc.fill(0);
    run.ended = 0;
    damage ??= single
      ? followSingle(bits, scan, single, done, until, run)
      : followAll(bits, scan, done, until, run);
    if (!damage && isLeft(bits)) damage = `data are left after ${until} of ${units} units`;
    if (!damage && run.ended > 0) damage = `ends within a run at ${until} of ${units} units`;
    done = until;
    const marker = bytes[at + 1] ?? 0;
    const restarts = marker >= 0xd0 && marker <= 0xd7 && at + 2 <= bytes.length;
    if (!restarts) {
      if (done < units) damage ??= `ends after ${done} of ${units} units`;
      return { end: at, damage };
    }
    if (marker !== 0xd0 + (restart & 7) || done === units)
      damage ??= `restart out of turn after ${done} units`;
    at += 2;
  }
}

/** Interleaved: a unit holds blocks of each component. */
function followAll(bits: Bits, scan: Scan, from: number, to: number, run: RunOn): string | undefined {
  const { components, unitsAcross, kind, read } = scan;
  for (let unit = from; unit < to; unit++) {
    const row = Math.floor(unit / unitsAcross);
    const column = unit - row * unitsAcross;
    for (let index = 0; index < components.length; index++) {
      const each = components[index];
      if (!each) continue;
      const { horizontal, vertical, across } = each.component;
      const first = row * vertical * across + column * horizontal;
      for (let y = 0; y < vertical; y++) {
        for (let x = 0; x < horizontal; x++) {
          const isRead = read(bits, each, index, first + y * across + x, run, kind);
          if (!isRead || bits.at > bits.end) return broken(bits, isRead, unit);
        }
      }
    }
  }
  return undefined;
}

/** A component alone: a unit is one of its blocks, and those that only fill up are left out. */
function followSingle(
  bits: Bits,
  scan: Scan,
  component: Component,
  from: number,
  to: number,
  run: RunOn,
): string | undefined {
  const [each] = scan.components;
  if (!each) return undefined;
  for (let unit = from; unit < to; unit++) {
    const row = Math.floor(unit / component.width);
    const block = row * component.across + (unit - row * component.width);
    const isRead = scan.read(bits, each, 0, block, run, scan.kind);
    if (!isRead || bits.at > bits.end) return broken(bits, isRead, unit);
  }
  return undefined;
}

function broken(bits: Bits, isRead: boolean, unit: number): string {
  return isRead && bits.at > bits.end ? `data end in unit ${unit}` : `no such code in unit ${unit}`;
}

/** Whether more than padding is left: some encoders add a byte or two of zeros or ones. */
function isLeft({ data, at, end }: Bits): boolean {
  const next = (at + 7) >>> 3;
  const left = (end >>> 3) - next;
  if (left <= 0) return false;
  return left > 4 || data.subarray(next, end >>> 3).some((byte) => byte !== 0 && byte !== 0xff);
}

/**
 * Copies entropy-coded data without their stuffing.
 * @returns where the next marker stands, or the end of the file
 */
function unstuff(bytes: Uint8Array, from: number, bits: Bits): number {
  const { data } = bits;
  let length = 0;
  let at = from;
  for (;;) {
    const found = bytes.indexOf(0xff, at);
    const end = found === -1 ? bytes.length : found;
    const next = bytes[end + 1];
    const isData = next === 0;
    data.set(bytes.subarray(at, isData ? end + 1 : end), length);
    length += end - at + (isData ? 1 : 0);
    at = end + 2;
    if (isData) continue;
    bits.at = 0;
    bits.end = length * 8;
    return end + fillBytes(bytes, end);
  }
}

/** A marker may stand behind any number of 0xff. */
function fillBytes(bytes: Uint8Array, at: number): number {
  let count = 0;
  while (bytes[at + count + 1] === 0xff) count++;
  return count;
}
