/**
 * A plane of `side` x `side` blurred by three box averages in each direction, which together come close
 * to a Gaussian of deviation `sigma` (pixels); the border is repeated.
 */
export function blurred(plane: Float32Array, side: number, sigma: number): Float32Array {
  // Kovesi (2010): the odd width whose three boxes have the variance of the Gaussian.
  const radius = Math.max(0, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2));
  const result = Float32Array.from(plane);
  if (radius === 0) return result;
  const line = new Float32Array(side);
  for (let round = 0; round < 3; round++) {
    for (let k = 0; k < side; k++) {
      average(result, k * side, 1, radius, line);
      average(result, k, side, radius, line);
    }
  }
  return result;
}

/** Running mean of `2 * radius + 1` values along one line of a plane, in place. */
function average(plane: Float32Array, start: number, step: number, radius: number, line: Float32Array): void {
  const length = line.length;
  for (let i = 0; i < length; i++) line[i] = plane[start + i * step] ?? 0;
  const first = line[0] ?? 0;
  const last = line[length - 1] ?? 0;
  let sum = first * radius;
  for (let i = 0; i < radius; i++) sum += line[Math.min(i, length - 1)] ?? 0;
  const share = 1 / (2 * radius + 1);
  for (let i = 0; i < length; i++) {
    sum += i + radius < length ? (line[i + radius] ?? 0) : last;
    plane[start + i * step] = sum * share;
    sum -= i - radius >= 0 ? (line[i - radius] ?? 0) : first;
  }
}
