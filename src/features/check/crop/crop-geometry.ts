/**
 * Moving and zooming the frame. While a person works on it a frame may lie between pixels;
 * `clampCrop` rounds it when it is used.
 */
import type { Crop, Size } from '../../../domain/crop';
import type { Point } from '../../../domain/point';

/** The frame covers this much of the view; the rest shows, dimmed, what lies around it. */
export const cropShare = 0.84;

/** Pixels of a side that the network reads. */
const networkSide = 224;

/** The smallest side that the frame can be zoomed to, in pixels of the picture. */
export function smallestSide({ width, height }: Size): number {
  const short = Math.min(width, height);
  return Math.min(short, Math.max(64, short / 16));
}

/** `frame` moved by picture pixels, kept inside the picture. */
export function moved(frame: Crop, size: Size, dx: number, dy: number): Crop {
  return inside({ ...frame, x: frame.x + dx, y: frame.y + dy }, size);
}

/**
 * `frame` zoomed in (factor > 1) or out (< 1) around a point that stays where it is seen.
 * @param about in shares of the frame, 0..1 from its top left corner; its centre if not given
 */
export function zoomed(frame: Crop, size: Size, factor: number, about: Point = { x: 0.5, y: 0.5 }): Crop {
  const side = limitSide(frame.side / factor, size);
  return inside(
    { x: frame.x + about.x * (frame.side - side), y: frame.y + about.y * (frame.side - side), side },
    size,
  );
}

/**
 * `frame` with a tapped point in its middle: as large as fits around the point, but no larger than it is. Near an edge of
 * the picture it keeps as many pixels as the network reads, and the point is off its centre.
 * @param point in shares of the frame
 */
export function centredOn(frame: Crop, size: Size, point: Point): Crop {
  const [x, y] = [frame.x + point.x * frame.side, frame.y + point.y * frame.side];
  const room = 2 * Math.min(x, y, size.width - x, size.height - y);
  const side = limitSide(Math.min(frame.side, Math.max(room, networkSide)), size);
  return inside({ x: x - side / 2, y: y - side / 2, side }, size);
}

/**
 * `frame` after a pinch between two moments: the picture follows both fingers.
 * @param from @param to the fingers, in shares of the frame
 */
export function pinched(
  frame: Crop,
  size: Size,
  from: readonly [Point, Point],
  to: readonly [Point, Point],
): Crop {
  const factor = distance(...to) / Math.max(distance(...from), 1e-6);
  const zoomedCrop = zoomed(frame, size, factor, middle(...from));
  const [start, end] = [middle(...from), middle(...to)];
  return moved(zoomedCrop, size, (start.x - end.x) * zoomedCrop.side, (start.y - end.y) * zoomedCrop.side);
}

/** Where the frame is, for those who cannot see it: shares 0..1 of the picture. */
export interface Placement {
  /** Side of the frame by the short side of the picture. */
  readonly side: number;
  /** Centre of the frame, from the left and from the top. */
  readonly left: number;
  readonly top: number;
}

export function placement(frame: Crop, { width, height }: Size): Placement {
  return {
    side: frame.side / Math.min(width, height),
    left: (frame.x + frame.side / 2) / width,
    top: (frame.y + frame.side / 2) / height,
  };
}

function inside(frame: Crop, size: Size): Crop {
  const side = limitSide(frame.side, size);
  return {
    x: Math.min(Math.max(frame.x, 0), size.width - side),
    y: Math.min(Math.max(frame.y, 0), size.height - side),
    side,
  };
}

function limitSide(side: number, size: Size): number {
  return Math.min(Math.max(side, smallestSide(size)), size.width, size.height);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
