import type { Mask } from '../../domain/mask';
import type { Point } from '../../domain/point';
import { blurred } from '../segment/blur';

/** Deviation of the blur that turns the steps of the pixels into a line, in pixels. */
const smoothing = 1;

/**
 * The closed lines around a mask, each without its first point repeated: where the mask, blurred a little,
 * passes one half (marching squares, linear between pixel centres). A line has the lesion on its right.
 */
export function contoursOf({ width, height, data }: Mask): readonly (readonly Point[])[] {
  // Two pixels of outside all around, so that a lesion that is cut off is closed by its frame.
  const side = Math.max(width, height) + 4;
  const plane = new Float32Array(side * side);
  data.forEach((value, i) => (plane[(Math.floor(i / width) + 2) * side + (i % width) + 2] = value));
  const soft = blurred(plane, side, smoothing);
  const at = (x: number, y: number): number => (soft[y * side + x] ?? 0) - 0.5;
  // Every edge between two pixel centres that the line crosses, and the edge where it goes next.
  const next = new Map<number, number>();
  const horizontal = (x: number, y: number): number => 2 * (y * side + x);
  const vertical = (x: number, y: number): number => 2 * (y * side + x) + 1;
  for (let y = 0; y < side - 1; y++) {
    for (let x = 0; x < side - 1; x++) {
      const corners = [at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1)].map((value) => value > 0);
      const edges = [horizontal(x, y), vertical(x + 1, y), horizontal(x, y + 1), vertical(x, y)];
      for (let k = 0; k < 4; k++) {
        // The line enters where, going clockwise around the square, outside turns to inside.
        if (corners[k] || !corners[(k + 1) % 4]) continue;
        // And leaves at the next turn back: a saddle's two corners are kept apart.
        let out = (k + 1) % 4;
        while (corners[(out + 1) % 4]) out = (out + 1) % 4;
        next.set(edges[k] ?? 0, edges[out] ?? 0);
      }
    }
  }
  const place = (edge: number): Point => {
    const pixel = edge >> 1;
    const x = pixel % side;
    const y = (pixel - x) / side;
    const here = at(x, y);
    const there = edge % 2 ? at(x, y + 1) : at(x + 1, y);
    const share = here / (here - there);
    // Back by the rim of two, and to the corners of the pixels from their centres.
    return edge % 2 ? { x: x - 1.5, y: y + share - 1.5 } : { x: x + share - 1.5, y: y - 1.5 };
  };
  const contours: Point[][] = [];
  for (const first of [...next.keys()]) {
    const line: Point[] = [];
    let edge: number | undefined = first;
    while (edge !== undefined && next.has(edge)) {
      line.push(place(edge));
      const following: number | undefined = next.get(edge);
      next.delete(edge);
      edge = following;
    }
    if (line.length > 2) contours.push(line);
  }
  return contours;
}

export function lengthOf(line: readonly Point[]): number {
  return line.reduce((sum, { x, y }, i) => {
    const after = line[(i + 1) % line.length] ?? { x, y };
    return sum + Math.hypot(after.x - x, after.y - y);
  }, 0);
}

/** Area inside of a closed line (shoelace), whichever way it goes. */
export function areaWithin(line: readonly Point[]): number {
  const doubled = line.reduce((sum, { x, y }, i) => {
    const after = line[(i + 1) % line.length] ?? { x, y };
    return sum + x * after.y - after.x * y;
  }, 0);
  return Math.abs(doubled) / 2;
}
