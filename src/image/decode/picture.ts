import { Failure } from '../../failure';
import { DirectPixels } from './direct-pixels';
import type { Crop, Size } from '../../domain/crop';
import { rowsInStrip, type Turn } from '../resample/kernel';
import type { PixelSource } from '../resample/resample';
import type { PictureType } from '../../domain/picture-header/sniff';

/**
 * A decoded picture: upright, sRGB, over white. It holds 4 bytes a pixel outside of the JavaScript heap:
 * close it when done.
 */
export class Picture implements PixelSource, Size {
  readonly width: number;
  readonly height: number;
  readonly order: PixelSource['order'];
  readonly turn: Turn;
  readonly #bitmap: ImageBitmap;
  readonly #direct: DirectPixels | undefined;
  #scaled: OffscreenCanvas | undefined;

  constructor(
    bitmap: ImageBitmap,
    /** MIME type by content. */
    readonly type: PictureType,
    /** Whether its file looks as if a part were shifted or of another level; such a picture cannot be trusted. */
    readonly isSuspect = false,
  ) {
    this.width = bitmap.width;
    this.height = bitmap.height;
    this.#bitmap = bitmap;
    this.#direct = DirectPixels.of(bitmap);
    this.order = this.#direct?.order ?? 'rgbx';
    this.turn = this.#direct?.turn ?? 0;
  }

  async readRows(
    frame: Crop,
    strip: Uint8Array<ArrayBuffer>,
    consume: (rows: number) => void,
  ): Promise<void> {
    const stripRows = rowsInStrip(frame.side);
    const context = this.#direct ? undefined : canvas2d(frame.side, Math.min(stripRows, frame.side));
    for (let y = frame.y; y < frame.y + frame.side; y += stripRows) {
      const rows = Math.min(stripRows, frame.y + frame.side - y);
      if (context) {
        this.#paint(context, -frame.x, -y, this);
        strip.set(context.getImageData(0, 0, frame.side, rows).data);
      } else {
        await this.#direct?.read({ x: frame.x, y, width: frame.side, height: rows }, strip);
      }
      consume(rows);
    }
  }

  /**
   * The whole picture on a canvas of `size`, which whoever gets it leaves as it is: the last one is kept, since the
   * preview and the record's copy are of one size.
   */
  scaled(size: Size): OffscreenCanvas {
    const kept = this.#scaled;
    if (kept?.width === size.width && kept.height === size.height) return kept;
    const context = canvas2d(size.width, size.height);
    context.imageSmoothingQuality = 'high';
    this.#paint(context, 0, 0, size);
    this.#scaled = context.canvas;
    return context.canvas;
  }

  close(): void {
    this.#scaled = undefined;
    this.#direct?.close();
    this.#bitmap.close();
  }

  #paint(context: OffscreenCanvasRenderingContext2D, x: number, y: number, { width, height }: Size): void {
    if (this.type !== 'image/jpeg') {
      context.fillStyle = '#fff';
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    }
    context.drawImage(this.#bitmap, x, y, width, height);
  }
}

/** Software canvas (`willReadFrequently`), as everything drawn here is read back. */
function canvas2d(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', {
    alpha: false,
    willReadFrequently: true,
  });
  if (!context) throw new Failure('internal', `no canvas of ${width} x ${height}`);
  return context;
}
