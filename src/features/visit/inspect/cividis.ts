/**
 * Cividis (Nuñez, Anderton & Renslow, PLoS ONE 13, e0199239, 2018): a scale that looks the same to people who
 * see all colours and to those who do not tell red from green. Nine of its steps; between them linear.
 */
const steps = [
  [0, 32, 77],
  [0, 49, 110],
  [57, 72, 107],
  [87, 92, 109],
  [112, 113, 115],
  [138, 135, 121],
  [166, 157, 117],
  [196, 181, 108],
  [255, 234, 70],
] as const;

/** Red, green and blue (0..255) for 0..1. */
export function cividis(value: number): readonly [number, number, number] {
  const place = Math.min(Math.max(value, 0), 1) * (steps.length - 1);
  const low = Math.min(Math.floor(place), steps.length - 2);
  const from = steps[low] ?? steps[0];
  const to = steps[low + 1] ?? from;
  const mix = (k: 0 | 1 | 2): number => Math.round(from[k] + (to[k] - from[k]) * (place - low));
  return [mix(0), mix(1), mix(2)];
}
