/** Colours of Display P3, which iPhones take pictures in, as sRGB: not every browser takes pixels of another space. */

/** Linear light of Display P3 to that of sRGB; both have the white D65 (CSS Color 4, section 10.7 and its sample code). */
const matrix = [
  [1.2249401763, -0.2249401763, 0],
  [-0.0420569547, 1.0420569547, 0],
  [-0.0196375546, -0.0786360456, 1.0982736001],
] as const;

/** Steps of linear light: the darkest level of sRGB is five of them. */
const steps = 16384;

/** Linear light of each level, in steps. Both spaces have the same curve. */
const linear = Float64Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return steps * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
});

/** Level of each step of linear light. */
const level = Uint8Array.from({ length: steps + 1 }, (_, step) => {
  const value = step / steps;
  return Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055));
});

/**
 * Changes pixels from Display P3 to sRGB, in place. What sRGB does not have becomes its nearest level, channel by channel.
 * @param rgba 4 bytes a pixel, 0..255
 */
export function toSrgb(rgba: Uint8ClampedArray): void {
  const [[rr, rg, rb], [gr, gg, gb], [br, bg, bb]] = matrix;
  for (let at = 0; at < rgba.length; at += 4) {
    const r = linear[rgba[at] ?? 0] ?? 0;
    const g = linear[rgba[at + 1] ?? 0] ?? 0;
    const b = linear[rgba[at + 2] ?? 0] ?? 0;
    rgba[at] = levelOf(rr * r + rg * g + rb * b);
    rgba[at + 1] = levelOf(gr * r + gg * g + gb * b);
    rgba[at + 2] = levelOf(br * r + bg * g + bb * b);
  }
}

function levelOf(light: number): number {
  return level[Math.max(0, Math.min(steps, Math.round(light)))] ?? 0;
}
