/** What lies around the skin: black corners of a dermatoscope's round view, and rims of black. */
import { grown, piecesOf } from './morphology';

/** Sum of red, green and blue below which a pixel is black. */
const black = 3 * 40;

/** 1 for pixels that show skin, 0 for black that touches the border in a corner. */
export function usablePixels(rgb: Uint8Array, side: number): Float32Array {
  const dark = new Uint8Array(side * side);
  for (let i = 0; i < dark.length; i++) {
    const sum = (rgb[i * 3] ?? 0) + (rgb[i * 3 + 1] ?? 0) + (rgb[i * 3 + 2] ?? 0);
    dark[i] = sum < black ? 1 : 0;
  }
  const mask = { width: side, height: side, data: dark };
  const { labels } = piecesOf(mask);
  const corners = new Set(
    [0, side - 1, side * (side - 1), side * side - 1].map((i) => labels[i] ?? 0).filter((label) => label > 0),
  );
  const data = dark.map((_, i) => (corners.has(labels[i] ?? 0) ? 1 : 0));
  // The rim of the black is half dark.
  const rim = grown({ ...mask, data }, side / 50);
  return new Float32Array(rim.data).map((value) => 1 - value);
}
