/** An axis of a chart, and where values lie on it. */
import { scaleLinear, scaleTime } from 'd3-scale';

export interface Axis {
  /** What the axis measures, with its unit; undefined where the words around the chart say it. */
  readonly label?: string;
  readonly min: number;
  readonly max: number;
  /** Whether the values are moments, in milliseconds since 1970. */
  readonly time?: boolean;
  readonly format: (value: number) => string;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** Pixels of a value, between `start` (at the axis's least value) and `end` (at its greatest). */
export function scaleOf({ min, max }: Axis, start: number, end: number): (value: number) => number {
  return scaleLinear([min, max], [start, end]);
}

/** Round values, about `count` of them: whole days or months of moments. Each text stands once. */
export function ticksOf({ min, max, time = false, format }: Axis, count: number): Tick[] {
  const values = time
    ? scaleTime([min, max], [0, 1])
        .ticks(count)
        .map((date) => date.getTime())
    : scaleLinear([min, max], [0, 1]).ticks(count);
  return values
    .map((value) => ({ value, text: format(value) }))
    .filter(({ text }, index, all) => text !== all[index - 1]?.text);
}

/**
 * Every second, third … of the ticks, so that none comes closer to the one before than `gap` pixels.
 * @param at pixels of a value
 */
export function spread(ticks: readonly Tick[], at: (value: number) => number, gap: number): readonly Tick[] {
  for (let step = 1; step < ticks.length; step += 1) {
    const some = ticks.filter((_, k) => k % step === 0);
    if (some.every(({ value }, k) => k === 0 || at(value) - at(some[k - 1]?.value ?? value) >= gap))
      return some;
  }
  return ticks.slice(0, 1);
}
