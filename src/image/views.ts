/** The eight views of a square picture: as it is and mirrored, each in four quarter turns. */
export const viewCount = 8;

/**
 * One view of a picture. Every pixel is moved and none is changed, so that views differ in nothing else.
 * @param pixels side * side * 3 values, rows from the top
 * @param view 0..7: quarter turns clockwise `view % 4`, of the picture mirrored left to right from 4 on;
 *   0 is the picture as it is
 */
export function viewOf(pixels: Float32Array, side: number, view: number): Float32Array<ArrayBuffer> {
  const moved = new Float32Array(pixels.length);
  const last = side - 1;
  const turns = view % 4;
  for (let row = 0, to = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      let [y, x] = [row, column];
      // A pixel of a picture turned clockwise was a quarter turn back before.
      for (let turn = 0; turn < turns; turn++) [y, x] = [last - x, y];
      if (view >= 4) x = last - x;
      const from = (y * side + x) * 3;
      for (let channel = 0; channel < 3; channel++) moved[to++] = pixels[from + channel] ?? 0;
    }
  }
  return moved;
}
