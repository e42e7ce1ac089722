import { clampCrop, type Crop, type Size } from '../domain/crop';
import type { Picture } from './decode/picture';
import type { CropView } from './crop-view';

/** What the record keeps of a picture: upright, sRGB, without metadata. */
export interface StoredCopy extends Size {
  /** JPEG of the whole picture; `width` and `height` are its size, at most 2048 px. */
  readonly picture: Blob;
  /** JPEG of the frame, 192 x 192 px. */
  readonly thumbnail: Blob;
  /** The frame in the pixels of `picture`. */
  readonly frame: Crop;
}

/** Of the preview and of the record's copy: what is scaled for the one serves the other. */
const wholeSide = 2048;

/** The whole picture, its long side at most `longSide` px, and a thumbnail of the crop. */
export async function makeStoredCopy(
  picture: Picture,
  view: CropView,
  longSide = wholeSide,
): Promise<StoredCopy> {
  const size = fitted(picture, longSide);
  const kept = await picture.scaled(size).convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  return {
    ...size,
    picture: kept,
    thumbnail: await view.thumbnail(),
    frame: scaledCrop(view.crop, picture, size),
  };
}

/**
 * The whole picture for the screen, sharp on a tablet also when zoomed in. One size for all: the spot is looked
 * for in it, and must be found in the same place whoever asks. The caller closes it.
 */
export function makePreview(picture: Picture): Promise<ImageBitmap> {
  return createImageBitmap(picture.scaled(fitted(picture, wholeSide)));
}

/** `size` shrunk to a long side of `longSide`, never enlarged, no side under one pixel. */
export function fitted({ width, height }: Size, longSide: number): Size {
  const scale = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** `frame` of a picture of size `from`, in the pixels of the same picture at size `to`. */
export function scaledCrop(frame: Crop, from: Size, to: Size): Crop {
  const scale = Math.max(to.width, to.height) / Math.max(from.width, from.height);
  return clampCrop({ x: frame.x * scale, y: frame.y * scale, side: frame.side * scale }, to);
}
