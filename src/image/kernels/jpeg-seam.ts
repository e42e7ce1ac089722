/** Searches the mean levels of a JPEG's blocks for a step. ../whole/jpeg-seam.ts says why, and uses the result. */

/** Steps beyond so many standard deviations count no more: one edge of a lesion must not outweigh a row. */
const most: f64 = 3;
/** Of smooth pictures, where rounding makes all the difference. */
const leastDeviation: f64 = 0.75;

/** Of the last `findStep`. */
let clarity: f64 = 0;

/** How far the clearest step rises, in standard deviations of what the picture's own texture makes. */
export function stepClarity(): f64 {
  return clarity;
}

/**
 * Finds the clearest step of a row's length, against half a row before and after it.
 * @param top of a component, f32 a block, `bottom` as well
 * @param across blocks in a row
 * @param unitWidth blocks of a unit, `unitHeight` as well
 * @param columns units in a row; `rows` of them, together n units
 * @param tops where grey levels along the upper edge of each unit go, f32; then n more along the lower edge, n from the
 *   unit above to this one, n + 1 f64 and n f32 to work with
 * @returns number of the first unit of the step
 */
export function findStep(
  top: usize,
  bottom: usize,
  across: i32,
  unitWidth: i32,
  unitHeight: i32,
  columns: i32,
  rows: i32,
  tops: usize,
): i32 {
  const count = columns * rows;
  const bytes = (count as usize) << 2;
  const bottoms = tops + bytes;
  const values = bottoms + bytes;
  // On a multiple of 8.
  const sums = (values + bytes + 7) & ~7;
  const sorted = sums + (bytes << 1) + 8;
  edges(top, 0, across, unitWidth, unitHeight, columns, rows, tops);
  edges(bottom, unitHeight - 1, across, unitWidth, unitHeight, columns, rows, bottoms);
  for (let i = 0; i < columns; i++) store<f32>(at(values, i), 0);
  for (let i = columns; i < count; i++) {
    const rise = read(tops, i) - read(bottoms, i - columns);
    store<f32>(at(values, i), rise as f32);
    store<f32>(at(sorted, i - columns), abs(rise) as f32);
  }
  const inner = count - columns;
  const deviation = max(leastDeviation, 1.4826 * nth(sorted, inner, inner >> 1));
  let sum: f64 = 0;
  store<f64>(sums, 0);
  for (let i = 0; i < count; i++) {
    sum += max(-most, min(most, read(values, i) / deviation));
    store<f64>(sums + (((i + 1) as usize) << 3), sum);
  }
  const half = (columns + 1) >> 1;
  let best = columns;
  clarity = 0;
  for (let from = columns; from + half < count; from++) {
    const to = from + columns;
    const beside = mean(sums, max(columns, from - half), from) + mean(sums, to, min(count, to + half));
    const rise = abs(mean(sums, from, min(count, to)) - beside / 2);
    if (rise <= clarity) continue;
    clarity = rise;
    best = from;
  }
  return best;
}

function at(array: usize, index: i32): usize {
  return array + ((index as usize) << 2);
}

function read(array: usize, index: i32): f64 {
  return load<f32>(at(array, index)) as f64;
}

/** Mean of the sums from one unit to another; 0 for no units. */
function mean(sums: usize, from: i32, to: i32): f64 {
  if (to <= from) return 0;
  return (
    (load<f64>(sums + ((to as usize) << 3)) - load<f64>(sums + ((from as usize) << 3))) / ((to - from) as f64)
  );
}

/** Mean grey level along one row of blocks of each unit; blocks that only fill up the edge are left out. */
function edges(
  levels: usize,
  blockRow: i32,
  across: i32,
  unitWidth: i32,
  unitHeight: i32,
  columns: i32,
  rows: i32,
  into: usize,
): void {
  const scale = (8 * unitWidth) as f64;
  for (let row = 0; row < rows; row++) {
    const line = (row * unitHeight + blockRow) * across;
    for (let column = 0; column < columns; column++) {
      let sum: f64 = 0;
      for (let x = 0; x < unitWidth; x++) sum += read(levels, line + column * unitWidth + x);
      store<f32>(at(into, row * columns + column), (sum / scale) as f32);
    }
  }
}

/** The value that would stand at `index` if all were sorted, by Hoare's selection; leaves them in another order. */
function nth(array: usize, count: i32, index: i32): f64 {
  let left = 0;
  let right = count - 1;
  while (left < right) {
    const pivot = load<f32>(at(array, index));
    let i = left;
    let j = right;
    while (i <= j) {
      while (load<f32>(at(array, i)) < pivot) i++;
      while (load<f32>(at(array, j)) > pivot) j--;
      if (i > j) break;
      const swapped = load<f32>(at(array, i));
      store<f32>(at(array, i), load<f32>(at(array, j)));
      store<f32>(at(array, j), swapped);
      i++;
      j--;
    }
    if (j < index) left = i;
    if (index < i) right = j;
  }
  return count > 0 ? read(array, index) : 0;
}
