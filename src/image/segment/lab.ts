/** Light of an sRGB level, 0..1 (IEC 61966-2-1). */
const linear = Float32Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** The steps of the table of CIE's f(t): a hundredth of a unit of Lab at most, but for the darkest pixels. */
const steps = 4096;
const cubeRoot = Float32Array.from({ length: steps + 1 }, (_, step) => {
  const t = step / steps;
  return t > 216 / 24389 ? Math.cbrt(t) : (t * 24389) / 27 / 116 + 16 / 116;
});

/** L* (0..100), a* and b* (about -128..127) of every pixel. */
export interface LabPlanes {
  readonly lightness: Float32Array;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** CIE L*a*b* (1976) for D65 of RGB bytes, `3 * n`, sRGB. */
export function labOf(rgb: Uint8Array): LabPlanes {
  const pixels = rgb.length / 3;
  const planes = {
    lightness: new Float32Array(pixels),
    a: new Float32Array(pixels),
    b: new Float32Array(pixels),
  };
  for (let i = 0, from = 0; i < pixels; i++, from += 3) {
    const red = linear[rgb[from] ?? 0] ?? 0;
    const green = linear[rgb[from + 1] ?? 0] ?? 0;
    const blue = linear[rgb[from + 2] ?? 0] ?? 0;
    // Rows of the sRGB matrix, each divided by the white point, so that white is 1, 1, 1.
    const x = f(0.4339531 * red + 0.3762194 * green + 0.1898275 * blue);
    const y = f(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
    const z = f(0.0177566 * red + 0.1094719 * green + 0.8727715 * blue);
    planes.lightness[i] = 116 * y - 16;
    planes.a[i] = 500 * (x - y);
    planes.b[i] = 200 * (y - z);
  }
  return planes;
}

function f(t: number): number {
  const place = t * steps;
  const below = Math.floor(place);
  const low = cubeRoot[below] ?? 0;
  return low + ((cubeRoot[below + 1] ?? low) - low) * (place - below);
}
