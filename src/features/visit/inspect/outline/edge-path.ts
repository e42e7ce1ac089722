import type { Mask } from '../../../../domain/mask';

/**
 * The border of a mask as an SVG path in pixels of the mask: along the edges between inside and outside, the
 * mask's own edge included where the lesion reaches it.
 */
export function edgePath({ width, height, data }: Mask): string {
  const at = (x: number, y: number): number =>
    x >= 0 && y >= 0 && x < width && y < height ? (data[y * width + x] ?? 0) : 0;
  return (
    edges(
      width,
      height,
      (x, y) => at(x, y - 1) !== at(x, y),
      (x, y, length) => `M${x} ${y}h${length}`,
    ) +
    edges(
      height,
      width,
      (y, x) => at(x - 1, y) !== at(x, y),
      (y, x, length) => `M${x} ${y}v${length}`,
    )
  );
}

/** Runs of edges along lines: `along` pixels in each of `lines` + 1 lines. */
function edges(
  along: number,
  lines: number,
  isEdge: (step: number, line: number) => boolean,
  draw: (start: number, line: number, length: number) => string,
): string {
  let path = '';
  for (let line = 0; line <= lines; line++) {
    let start = -1;
    for (let step = 0; step <= along; step++) {
      const edge = step < along && isEdge(step, line);
      if (edge && start < 0) start = step;
      if (!edge && start >= 0) {
        path += draw(start, line, step - start);
        start = -1;
      }
    }
  }
  return path;
}
