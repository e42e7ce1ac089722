/**
 * Damage that leaves the codes in step changes the level of everything after it: a step that begins anywhere in a row
 * of blocks and lies one row lower before that place. Edges in a picture seldom follow the blocks for a whole row.
 */
import type { Component, JpegMemory } from './jpeg-memory';

/** A row of more units than this is no stronger evidence: texture is alike over long distances. */
const mostUnits = 40;
/** Clarity from which a step is taken for damage: anywhere, and where frames are more likely. */
const sure = { anywhere: 10, likeFrame: 14 };
/** The same without all units agreeing, as where a part of another place stands. */
const sureByItself = 18;
/** In grey levels: lower ones hardly change what the network sees. */
const leastStep = 1.5;

/**
 * Whether a step runs through one of the picture's components along the blocks.
 * @param components read to their end
 * @param isInterleaved whether their mean levels came in units of all components
 */
export function hasSeam(
  components: readonly Component[],
  isInterleaved: boolean,
  memory: JpegMemory,
): boolean {
  return components.some((component) => isSeam(clearestStep(component, isInterleaved, memory)));
}

interface Step {
  /** In standard errors of what the picture's own texture makes. */
  readonly clarity: number;
  /** Number of its first unit. */
  readonly from: number;
  /** Grey levels along the upper and the lower edge of each unit, a row after the other. */
  readonly tops: Float32Array;
  readonly bottoms: Float32Array;
  /** From the unit above to this one. */
  readonly values: Float32Array;
  /** Units in a row, which follow one another in the data. */
  readonly columns: number;
}

/** The clearest step of a row's length, against half a row before and after it; undefined of small pictures. */
function clearestStep(component: Component, isInterleaved: boolean, memory: JpegMemory): Step | undefined {
  const unitWidth = isInterleaved ? component.horizontal : 1;
  const unitHeight = isInterleaved ? component.vertical : 1;
  const columns = Math.floor(component.width / unitWidth);
  const rows = Math.floor(component.height / unitHeight);
  if (columns < 8 || rows < 4) return undefined;
  const count = columns * rows;
  const place = memory.allocate(count * 24 + 24);
  const { top, bottom, across } = component;
  const { kernel } = memory;
  const from = kernel.findStep(top, bottom, across, unitWidth, unitHeight, columns, rows, place);
  return {
    clarity: kernel.stepClarity() * Math.sqrt(Math.min(columns, mostUnits)),
    from,
    tops: memory.levels(place, count),
    bottoms: memory.levels(place + count * 4, count),
    values: memory.levels(place + count * 8, count),
    columns,
  };
}

function isSeam(step: Step | undefined): boolean {
  if (!step) return false;
  const { clarity, from, tops, bottoms, values, columns } = step;
  const column = from % columns;
  const isAlongRow = column <= 1 || column === columns - 1;
  const row = Math.round(from / columns);
  if (isAlongRow && (isPlain(bottoms, (row - 1) * columns, columns) || isPlain(tops, row * columns, columns)))
    return false;
  const rows = values.length / columns;
  const isAtEdge = from < 2 * columns || from + 2 * columns > values.length;
  // Frames, and what is left of them where a picture was cut out, lie near the edges.
  if (isAlongRow && Math.min(row, rows - row) < 3 + rows / 50) return false;
  if (!isAlongRow && !isAtEdge && clarity >= sureByItself) return true;
  const units = values.slice(from, from + columns);
  const height = median(units.slice());
  if (Math.abs(height) < leastStep) return false;
  const alike = units.filter((each) => each / height > 0.5 && each / height < 1.5).length / units.length;
  return clarity * alike >= (isAlongRow || isAtEdge ? sure.likeFrame : sure.anywhere);
}

/** Whether a row is all of one level: a frame or a bar around the picture. */
function isPlain(levels: Float32Array, from: number, columns: number): boolean {
  const row = levels.subarray(from, from + columns);
  return (
    row.reduce((most, each) => Math.max(most, each)) - row.reduce((least, each) => Math.min(least, each)) < 3
  );
}

/** Sorts what it is given. */
function median(values: Float32Array): number {
  return values.sort()[values.length >> 1] ?? 0;
}
