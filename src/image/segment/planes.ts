/** The planes of a picture that a threshold can be set on. */
import { labOf } from './lab';

export const channels = [
  'grey',
  'red',
  'green',
  'blue',
  'hue',
  'saturation',
  'value',
  'lightness',
  'a',
  'b',
] as const;

export type Channel = (typeof channels)[number];

/** The largest value of a plane; the smallest is 0. */
export const planeTop = 255;

/**
 * One channel of RGB bytes (`3 * n`), each value 0..255. Hue begins and ends at cyan, so that red and
 * brown, of which skin is made, lie in the middle and not on the seam. Of Lab, lightness is stretched
 * from 0..100, a* and b* are shifted by 128.
 */
export function planeOf(rgb: Uint8Array, channel: Channel): Float32Array {
  const pixels = rgb.length / 3;
  const each = (of: (red: number, green: number, blue: number) => number): Float32Array => {
    const plane = new Float32Array(pixels);
    for (let i = 0, from = 0; i < pixels; i++, from += 3) {
      plane[i] = of(rgb[from] ?? 0, rgb[from + 1] ?? 0, rgb[from + 2] ?? 0);
    }
    return plane;
  };
  switch (channel) {
    case 'red':
      return each((red) => red);
    case 'green':
      return each((_, green) => green);
    case 'blue':
      return each((_red, _green, blue) => blue);
    case 'grey':
      // Rec. 601
      return each((red, green, blue) => 0.299 * red + 0.587 * green + 0.114 * blue);
    case 'hue':
      return each(hueOf);
    case 'saturation':
      return each((red, green, blue) => {
        const value = Math.max(red, green, blue);
        return value === 0 ? 0 : (planeTop * (value - Math.min(red, green, blue))) / value;
      });
    case 'value':
      return each(Math.max);
    case 'lightness':
      return labOf(rgb).lightness.map((lightness) => lightness * (planeTop / 100));
    case 'a':
    case 'b':
      return labOf(rgb)[channel].map((value) => Math.min(Math.max(value + 128, 0), planeTop));
  }
}

/** 0..255 for 180..540 degrees; a grey pixel counts as red. */
function hueOf(red: number, green: number, blue: number): number {
  const value = Math.max(red, green, blue);
  const chroma = value - Math.min(red, green, blue);
  if (chroma === 0) return planeTop / 2;
  let sixths: number;
  if (value === red) sixths = (green - blue) / chroma;
  else if (value === green) sixths = 2 + (blue - red) / chroma;
  else sixths = 4 + (red - green) / chroma;
  return (((sixths + 9) % 6) * planeTop) / 6;
}
