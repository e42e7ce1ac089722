/**
 * The inner loops of "lentigo-area-1" (see ../resample/resample.ts) in WebAssembly SIMD: a 3000 x 3000 crop takes 6 ms
 * where the same loops in JavaScript take 30 ms or more.
 */

/**
 * One source row to output pixels of 4 x i32, each 0..65280.
 * @param source the row, 4 bytes a pixel; may be read up to 12 bytes past what the weights use
 * @param spans for each output: offset of its first source pixel in bytes, bytes of its weights
 * @param weights i16, one a source pixel, padded with zeros to a multiple of four for each output
 * @param row where the output pixels go, to `end`
 */
export function alongRow(source: usize, spans: usize, weights: usize, row: usize, end: usize): void {
  const zero = i32x4.splat(0);
  do {
    let pixel = source + load<u32>(spans);
    const stop = weights + load<u32>(spans, 4);
    // 32 rounds the shift by 6 below.
    let sum = i32x4.splat(32);
    do {
      const four = v128.load(pixel);
      // Pixels a and b as i16 pairs (a0 b0 a1 b1 a2 b2 a3 b3), times (wa wb) and added in pairs.
      const ab = i8x16.shuffle(four, zero, 0, 16, 4, 16, 1, 16, 5, 16, 2, 16, 6, 16, 3, 16, 7, 16);
      const cd = i8x16.shuffle(four, zero, 8, 16, 12, 16, 9, 16, 13, 16, 10, 16, 14, 16, 11, 16, 15, 16);
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(ab, v128.load32_splat(weights)));
      sum = i32x4.add(sum, i32x4.dot_i16x8_s(cd, v128.load32_splat(weights, 4)));
      pixel += 16;
      weights += 8;
    } while (weights < stop);
    v128.store(row, i32x4.shr_u(sum, 6));
    row += 16;
    spans += 8;
  } while (row < end);
}

/** sums += weight * row, for the output pixels from `row` to `end`. */
export function addRow(row: usize, end: usize, weight: i32, sums: usize): void {
  const factor = i32x4.splat(weight);
  do {
    v128.store(sums, i32x4.add(v128.load(sums), i32x4.mul(v128.load(row), factor)));
    sums += 16;
    row += 16;
  } while (row < end);
}

/**
 * Turns `side` rows of pixels (`stride` bytes each) clockwise by 90 degrees into rows of `side` pixels: pixel j of row
 * side-1-x goes to pixel x of row j. Works on blocks of 4 x 4 pixels: rows are written up to the next multiple of four,
 * and the last block of a row overlaps the one before.
 * @param side at least 4
 */
export function turn(from: usize, stride: usize, side: usize, to: usize): void {
  const line = side * 4;
  for (let x: usize = 0; ; x = min(x + 4, side - 4)) {
    // Pixel 0 of the last of the four source rows, and pixel x of target row 0.
    let source = from + (side - 4 - x) * stride;
    let target = to + x * 4;
    const end = source + stride;
    do {
      const d = v128.load(source);
      const c = v128.load(source + stride);
      const b = v128.load(source + stride * 2);
      const a = v128.load(source + stride * 3);
      // a0 b0 a1 b1, c0 d0 c1 d1, a2 b2 a3 b3, c2 d2 c3 d3
      const ab01 = i32x4.shuffle(a, b, 0, 4, 1, 5);
      const cd01 = i32x4.shuffle(c, d, 0, 4, 1, 5);
      const ab23 = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const cd23 = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(target, i64x2.shuffle(ab01, cd01, 0, 2));
      v128.store(target + line, i64x2.shuffle(ab01, cd01, 1, 3));
      v128.store(target + line * 2, i64x2.shuffle(ab23, cd23, 0, 2));
      v128.store(target + line * 3, i64x2.shuffle(ab23, cd23, 1, 3));
      target += line * 4;
      source += 16;
    } while (source < end);
    if (x == side - 4) return;
  }
}
