/** RGB bytes of `side * side` at half the side, each pixel the mean of four. `side` is even. */
export function halved(rgb: Uint8Array, side: number): Uint8Array {
  const half = side / 2;
  const result = new Uint8Array(half * half * 3);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      for (let c = 0; c < 3; c++) {
        const from = (2 * y * side + 2 * x) * 3 + c;
        const sum =
          (rgb[from] ?? 0) +
          (rgb[from + 3] ?? 0) +
          (rgb[from + side * 3] ?? 0) +
          (rgb[from + side * 3 + 3] ?? 0);
        result[(y * half + x) * 3 + c] = (sum + 2) >> 2;
      }
    }
  }
  return result;
}

/** A plane of `from` x `from` brought to `to` x `to` (`to >= from`), linear between pixel centres. */
export function enlarged(plane: Float32Array, from: number, to: number): Float32Array {
  const result = new Float32Array(to * to);
  for (let y = 0; y < to; y++) {
    const top = position(y, from, to);
    for (let x = 0; x < to; x++) {
      const left = position(x, from, to);
      const at = (row: number, column: number): number => plane[row * from + column] ?? 0;
      const upper = mix(at(top.low, left.low), at(top.low, left.high), left.share);
      const lower = mix(at(top.high, left.low), at(top.high, left.high), left.share);
      result[y * to + x] = mix(upper, lower, top.share);
    }
  }
  return result;
}

function position(i: number, from: number, to: number): { low: number; high: number; share: number } {
  const place = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
  const low = Math.floor(place);
  return { low, high: Math.min(low + 1, from - 1), share: place - low };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}
