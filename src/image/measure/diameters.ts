import type { Point } from '../../domain/point';

/** A length and the two points between which it lies. */
export interface Span {
  readonly length: number;
  readonly from: Point;
  readonly to: Point;
}

/**
 * The longest and the shortest distance between two parallel lines that touch the points from both
 * sides (Feret's diameters), by rotating calipers around the convex hull.
 */
export function diametersOf(points: readonly Point[]): { readonly longest: Span; readonly shortest: Span } {
  const hull = convexHull(points);
  const [first = { x: 0, y: 0 }] = hull;
  let longest: Span = { length: 0, from: first, to: first };
  let shortest: Span = { length: Infinity, from: first, to: first };
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i] ?? first;
    const b = hull[(i + 1) % hull.length] ?? first;
    const edge = Math.hypot(b.x - a.x, b.y - a.y);
    let farthest = a;
    let height = 0;
    for (const point of hull) {
      const distance = Math.hypot(point.x - a.x, point.y - a.y);
      if (distance > longest.length) longest = { length: distance, from: a, to: point };
      const across = edge === 0 ? 0 : Math.abs(cross(a, b, point)) / edge;
      if (across > height) {
        height = across;
        farthest = point;
      }
    }
    if (edge > 0 && height < shortest.length) {
      const along = ((farthest.x - a.x) * (b.x - a.x) + (farthest.y - a.y) * (b.y - a.y)) / (edge * edge);
      const foot = { x: a.x + along * (b.x - a.x), y: a.y + along * (b.y - a.y) };
      shortest = { length: height, from: foot, to: farthest };
    }
  }
  if (shortest.length === Infinity) shortest = { length: 0, from: first, to: first };
  return { longest, shortest };
}

/** The corners of the convex hull in order (Andrew's monotone chain). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((p, q) => p.x - q.x || p.y - q.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const last = chain.at(-1);
        const before = chain.at(-2);
        if (!last || !before || cross(before, last, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  if (sorted.length < 3) return sorted;
  return [...half(sorted), ...half(sorted.reverse())];
}

/** Twice the area of the triangle a, b, c: positive when it turns left. */
function cross(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}
