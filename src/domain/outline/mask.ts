/** Which pixels of the frame are lesion: one byte a pixel, rows from the top, 1 inside and 0 outside. */
export interface Mask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A mask as it is kept: run lengths row by row, of outside and inside in turn, beginning with outside. */
export interface EncodedMask {
  readonly width: number;
  readonly height: number;
  /** Sum to `width * height`; only the first may be 0. */
  readonly runs: readonly number[];
}

/** The largest side of a mask that is taken for one: a broken record must not fill the memory. */
const maxMaskSide = 2048;

export function emptyMask(width: number, height: number): Mask {
  return { width, height, data: new Uint8Array(width * height) };
}

/**
 * The bytes of a mask: inside are the values that pass. A loop, as `Uint8Array.from` with a function goes
 * through an iterator and takes ten times as long.
 */
export function marked(
  values: Float32Array,
  passes: (value: number, i: number) => boolean,
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) data[i] = passes(values[i] ?? 0, i) ? 1 : 0;
  return data;
}

export function encodeMask({ width, height, data }: Mask): EncodedMask {
  const runs: number[] = [];
  let inside = 0;
  let length = 0;
  for (const value of data) {
    if (value === inside) {
      length += 1;
      continue;
    }
    runs.push(length);
    inside = value;
    length = 1;
  }
  runs.push(length);
  return { width, height, runs };
}

/** Whether the runs make a mask of this size, and the size is small enough for memory. */
export function isMask({ width, height, runs }: EncodedMask): boolean {
  if (![width, height].every((side) => Number.isInteger(side) && side >= 1 && side <= maxMaskSide)) {
    return false;
  }
  if (!runs.every((length, index) => Number.isInteger(length) && length >= (index === 0 ? 0 : 1)))
    return false;
  return runs.reduce((sum, length) => sum + length, 0) === width * height;
}

/** @throws RangeError where `isMask` is false */
export function decodeMask(encoded: EncodedMask): Mask {
  const { width, height, runs } = encoded;
  if (!isMask(encoded)) throw new RangeError(`no mask of ${width} x ${height}`);
  const mask = emptyMask(width, height);
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1) mask.data.fill(1, at, at + length);
    at += length;
  });
  return mask;
}
