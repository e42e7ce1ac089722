import { Failure } from '../failure';
import { clampCrop, type Crop, type Size } from '../domain/crop';
import type { Picture } from './decode/picture';
import { withoutAlpha } from './assess';
import { networkSide, resampleCrop } from './resample/resample';

/** What the record keeps of a picture: upright, sRGB, without metadata. */
export interface StoredCopy extends Size {
  /** JPEG of the whole picture; `width` and `height` are its size, at most 2048 px. */
  readonly picture: Blob;
  /** JPEG of the frame, 192 x 192 px. */
  readonly thumbnail: Blob;
  /** The frame in the pixels of `picture`. */
  readonly frame: Crop;
}

const keptSide = 2048;
const thumbnailSide = 192;

/** The whole picture, its long side at most `longSide` px, and a thumbnail of the frame. */
export async function makeStoredCopy(
  picture: Picture,
  frame: Crop,
  longSide = keptSide,
): Promise<StoredCopy> {
  const size = fitted(picture, longSide);
  const kept = await jpeg(picture.scaled(size), 0.92);
  const thumbnail = await makeThumbnail(picture, frame);
  return { ...size, picture: kept, thumbnail, frame: scaledCrop(frame, picture, size) };
}

/** The whole picture for the screen, long side at most `longSide` px. The caller closes it. */
export function makePreview(picture: Picture, longSide: number): ImageBitmap {
  return picture.scaled(fitted(picture, longSide)).transferToImageBitmap();
}

/** A picture squeezed to the square that a spot is looked for in: 224 x 224 x 3 bytes. */
export function squeezed(picture: ImageBitmap): Uint8Array {
  const context = new OffscreenCanvas(networkSide, networkSide).getContext('2d', {
    willReadFrequently: true,
  });
  if (!context) throw new Failure('internal', 'no canvas to look for the spot');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, networkSide, networkSide);
  return withoutAlpha(context.getImageData(0, 0, networkSide, networkSide).data);
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

/** By area average: the browsers' own scaling turns fine hairs and pores into noise at this ratio. */
async function makeThumbnail(picture: Picture, frame: Crop): Promise<Blob> {
  const rgb = await resampleCrop(picture, frame, thumbnailSide);
  const image = new ImageData(thumbnailSide, thumbnailSide);
  for (let pixel = 0; pixel < thumbnailSide * thumbnailSide; pixel++) {
    image.data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    image.data[pixel * 4 + 3] = 255;
  }
  const canvas = new OffscreenCanvas(thumbnailSide, thumbnailSide);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Failure('internal', 'no canvas for the thumbnail');
  context.putImageData(image, 0, 0);
  return jpeg(canvas, 0.85);
}

function jpeg(canvas: OffscreenCanvas, quality: number): Promise<Blob> {
  return canvas.convertToBlob({ type: 'image/jpeg', quality });
}
