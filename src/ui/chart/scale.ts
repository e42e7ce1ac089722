/** Where values lie on an axis. */
export interface Axis {
  /** What the axis measures, with its unit. */
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly format: (value: number) => string;
}

/**
 * Round values between `min` and `max`, about `count` of them: steps of 1, 2 or 5 times a power of ten
 * (Heckbert, "Nice numbers for graph labels", Graphics Gems, 1990).
 */
export function ticks(min: number, max: number, count: number): number[] {
  if (!(max > min)) return [min];
  const rough = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // Whole numbers of steps: no sum of rounding errors.
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The place of a value between `start` (at the axis's least) and `end` (at its greatest). */
export function place(
  value: number,
  { min, max }: Pick<Axis, 'min' | 'max'>,
  start: number,
  end: number,
): number {
  return start + ((value - min) / (max - min || 1)) * (end - start);
}
