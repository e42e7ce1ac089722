/** Follows one scan of a JPEG through all of its blocks, without computing a pixel. */
import type { JpegKernel, JpegMemory, ScanComponent } from './jpeg-memory';
import type { Turns } from './turns';

export interface ScanKind {
  readonly from: number;
  readonly to: number;
  /** Bits that came before (0: this is the first scan of these coefficients) and bits that are left. */
  readonly high: number;
  readonly low: number;
}

export interface Scan {
  readonly components: readonly ScanComponent[];
  readonly isProgressive: boolean;
  readonly kind: ScanKind;
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

/** Blocks that are followed at a time: a few milliseconds on a slow tablet. */
const blocksAtOnce = 8192;

/**
 * Decodes every code of a scan from byte `from`, up to the next marker that is no restart. It is whole when each stretch
 * between restart markers holds exactly its units: damage throws the codes out of step, and they hardly ever end at the
 * right place.
 * @param bytes the file
 * @param memory with a copy of it at `file`, whose entropy-coded data lose their stuffing
 */
export async function followScan(
  bytes: Uint8Array,
  from: number,
  memory: JpegMemory,
  file: number,
  scan: Scan,
  turns: Turns,
): Promise<Followed> {
  const { components, isProgressive, kind, unitsAcross } = scan;
  const { kernel } = memory;
  memory.layOut(components);
  kernel.beginScan(isProgressive, kind.from, kind.to, kind.high, kind.low);
  const [only] = components;
  const single = components.length === 1 && only ? only.component : undefined;
  const units = single ? single.width * single.height : unitsAcross * scan.unitsDown;
  const follow = (start: number, end: number): number =>
    single
      ? kernel.followSingle(memory.components, start, end)
      : kernel.followAll(memory.components, components.length, unitsAcross, start, end);
  const blocks = single
    ? 1
    : components.reduce((sum, { component }) => sum + component.horizontal * component.vertical, 0);
  const unitsAtOnce = Math.ceil(blocksAtOnce / blocks);
  const stretch = scan.restart || units;
  let at = from;
  let damage: string | undefined;
  for (let done = 0, restart = 0; ; restart++) {
    at = kernel.beginStretch(file + at, file + bytes.length, memory.components, components.length) - file;
    const until = Math.min(done + stretch, units);
    while (damage === undefined && done < until) {
      const next = Math.min(done + unitsAtOnce, until);
      damage = broken(follow(done, next));
      done = next;
      await turns.pass();
    }
    damage ??= unfinished(kernel, until, units);
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

/** @param result of the kernel: 0, or what is wrong in the lowest two bits, and the unit */
function broken(result: number): string | undefined {
  if (result === 0) return undefined;
  return `${(result & 3) === 1 ? 'no such code' : 'data end'} in unit ${result >>> 2}`;
}

function unfinished(kernel: JpegKernel, done: number, units: number): string | undefined {
  if (kernel.isLeft()) return `data are left after ${done} of ${units} units`;
  if (kernel.isWithinRun()) return `ends within a run at ${done} of ${units} units`;
  return undefined;
}
