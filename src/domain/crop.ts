/**
 * The square of a picture that is classified, in whole pixels of the upright picture:
 * 0 <= x, 0 <= y, x + side <= width, y + side <= height, side >= 1.
 */
export interface Crop {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The largest centred square: the default crop. */
export function centredCrop({ width, height }: Size): Crop {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
}

/** The nearest valid frame to `frame` in a picture of `size` (whole pixels, inside the picture). */
export function clampCrop(frame: Crop, size: Size): Crop {
  const side = clamp(Math.round(frame.side), 1, Math.min(size.width, size.height));
  return {
    x: clamp(Math.round(frame.x), 0, size.width - side),
    y: clamp(Math.round(frame.y), 0, size.height - side),
    side,
  };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
