/**
 * Damage that leaves the codes in step changes the level of everything after it: a step that begins anywhere in a row
 * of blocks and lies one row lower before that place. Edges in a picture seldom follow the blocks for a whole row.
 */
import type { Component } from './jpeg-blocks';

/** Steps beyond so many standard deviations count no more: one edge of a lesion must not outweigh a row. */
const most = 3;
/** A row of more units than this is no stronger evidence: texture is alike over long distances. */
const mostUnits = 40;
/** Clarity from which a step is taken for damage: anywhere, and where frames are more likely. */
const sure = { anywhere: 10, likeFrame: 14 };
/** The same without all units agreeing, as where a part of another place stands. */
const sureByItself = 18;
/** In grey levels: lower ones hardly change what the network sees. */
const leastStep = 1.5;
/** Of smooth pictures, where rounding makes all the difference. */
const leastDeviation = 0.75;

/**
 * Whether a step runs through one of the picture's components along the blocks.
 * @param components read to their end
 * @param isInterleaved whether their mean levels came in units of all components
 */
export function hasSeam(components: readonly Component[], isInterleaved: boolean): boolean {
  return components.some((component) => isSeam(clearestStep(stepsOf(component, isInterleaved))));
}

interface Steps {
  /** Grey levels along the upper and the lower edge of each unit, a row after the other. */
  readonly tops: Float32Array;
  readonly bottoms: Float32Array;
  /** From the unit above to this one. */
  readonly values: Float32Array;
  readonly columns: number;
}

/** The units of a component, as they follow one another in the data; those that only fill up the edge are left out. */
function stepsOf(component: Component, isInterleaved: boolean): Steps {
  const unitWidth = isInterleaved ? component.horizontal : 1;
  const unitHeight = isInterleaved ? component.vertical : 1;
  const columns = Math.floor(component.width / unitWidth);
  const rows = Math.floor(component.height / unitHeight);
  const edges = (of: Float32Array, blockRow: number): Float32Array => {
    const found = new Float32Array(columns * rows);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const first = (row * unitHeight + blockRow) * component.across + column * unitWidth;
        let sum = 0;
        for (let x = 0; x < unitWidth; x++) sum += of[first + x] ?? 0;
        found[row * columns + column] = sum / (8 * unitWidth);
      }
    }
    return found;
  };
  const tops = edges(component.top, 0);
  const bottoms = edges(component.bottom, unitHeight - 1);
  const values = tops.map((top, i) => (i < columns ? 0 : top - (bottoms[i - columns] ?? 0)));
  return { tops, bottoms, values, columns };
}

interface Step {
  /** In standard errors of what the picture's own texture makes. */
  readonly clarity: number;
  /** Number of its first unit. */
  readonly from: number;
  readonly steps: Steps;
}

/** The clearest step of a row's length, against half a row before and after it. */
function clearestStep(steps: Steps): Step | undefined {
  const { values, columns } = steps;
  if (columns < 8 || values.length < 4 * columns) return undefined;
  const inner = values.subarray(columns);
  const deviation = Math.max(leastDeviation, 1.4826 * median(inner.map(Math.abs)));
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) {
    sums[i + 1] = (sums[i] ?? 0) + Math.max(-most, Math.min(most, (values[i] ?? 0) / deviation));
  }
  const mean = (from: number, to: number): number => {
    const start = Math.max(columns, from);
    const end = Math.min(values.length, to);
    return end > start ? ((sums[end] ?? 0) - (sums[start] ?? 0)) / (end - start) : 0;
  };
  const half = Math.ceil(columns / 2);
  let clarity = 0;
  let best = columns;
  for (let from = columns; from + half < values.length; from++) {
    const to = from + columns;
    const rise = Math.abs(mean(from, to) - (mean(from - half, from) + mean(to, to + half)) / 2);
    if (rise <= clarity) continue;
    clarity = rise;
    best = from;
  }
  return { clarity: clarity * Math.sqrt(Math.min(columns, mostUnits)), from: best, steps };
}

function isSeam(step: Step | undefined): boolean {
  if (!step) return false;
  const { clarity, from, steps } = step;
  const { tops, bottoms, values, columns } = steps;
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
