import { centredCrop, clampCrop, type Crop, type Size } from '../domain/crop';
import type { Spot } from './locate';
import { networkSide } from './resample/resample';

/** Share of the frame that the spot's longer side takes: the median of the dermatoscopic training pictures. */
const share = 0.65;

/** A spot that takes at least this much of the centred frame, and lies in it whole, needs no other one. */
const enough = 0.45;

/** What stands out from the skin by less (CIE L*a*b*) is not sure enough to be a spot. */
export const sureContrast = 10;

/**
 * The frame to begin with: the largest centred square, or closer around a spot that is small in it or outside of it.
 * @param spot in shares of the whole picture
 * @param size of the picture, pixels
 */
export function proposedCrop(spot: Spot | undefined, size: Size): Crop {
  const whole = centredCrop(size);
  if (!spot || spot.contrast < sureContrast) return whole;
  const [left, top] = [spot.box.x * size.width, spot.box.y * size.height];
  const [width, height] = [spot.box.width * size.width, spot.box.height * size.height];
  const longer = Math.max(width, height);
  const inside =
    left >= whole.x &&
    top >= whole.y &&
    left + width <= whole.x + whole.side &&
    top + height <= whole.y + whole.side;
  if (inside && longer >= enough * whole.side) return whole;
  // Never so close that the frame holds fewer pixels than the network reads.
  const side = Math.max(longer / share, Math.min(networkSide, whole.side));
  return clampCrop({ x: left + (width - side) / 2, y: top + (height - side) / 2, side }, size);
}
