import type { Picture } from './decode';
import type { Frame, Size } from './frame';

/** What the record keeps of a picture: upright, sRGB, without metadata. */
export interface Keepsake extends Size {
  /** JPEG, long side at most 2048 px; `width` and `height` are its size. */
  readonly picture: Blob;
  /** The frame at 192 x 192 px. */
  readonly thumbnail: Blob;
  /** The frame in the pixels of `picture`. */
  readonly frame: Frame;
}

export function makeKeepsake(picture: Picture, frame: Frame): Promise<Keepsake> {
  return Promise.reject(new Error(`${picture.type} ${frame.side}`));
}

/** The whole picture for the screen, long side at most `longSide` px. The caller closes it. */
export function makePreview(picture: Picture, longSide: number): ImageBitmap {
  const scale = Math.min(1, longSide / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  return canvas.transferToImageBitmap();
}
