/** Where a histogram falls into two classes, and how well they separate. */
export interface Split {
  /** The lower class has the values below this. */
  readonly level: number;
  /** Between-class variance as a share of the whole variance, 0..1. */
  readonly separation: number;
}

const bins = 256;

/**
 * Otsu, IEEE Trans. SMC 9, 62 (1979): the level that leaves the least variance within two classes.
 * @param weights how much each value counts; 0 for pixels that are left out
 */
export function otsu(values: Float32Array, weights: Float32Array): Split {
  let low = Infinity;
  let high = -Infinity;
  values.forEach((value, i) => {
    if (!weights[i]) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  });
  if (!(high > low)) return { level: low, separation: 0 };
  const counts = new Float64Array(bins);
  const scale = bins / (high - low);
  values.forEach((value, i) => {
    const weight = weights[i] ?? 0;
    if (weight === 0) return;
    const bin = Math.min(bins - 1, Math.floor((value - low) * scale));
    counts[bin] = (counts[bin] ?? 0) + weight;
  });
  let total = 0;
  let sum = 0;
  let squares = 0;
  counts.forEach((count, bin) => {
    total += count;
    sum += count * bin;
    squares += count * bin * bin;
  });
  const mean = sum / total;
  const variance = squares / total - mean * mean;
  let best = 0;
  let cut = 0;
  let below = 0;
  let sumBelow = 0;
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin] ?? 0;
    sumBelow += (counts[bin] ?? 0) * bin;
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const difference = sumBelow / below - (sum - sumBelow) / above;
    const between = (below / total) * (above / total) * difference * difference;
    if (between <= best) continue;
    best = between;
    cut = bin + 1;
  }
  return { level: low + cut / scale, separation: variance > 0 ? best / variance : 0 };
}
