import { Failure } from '../failure';
import type { Frame, Size } from './frame';
import { rowsInStrip, type PixelSource } from './resample';
import type { PictureType } from './sniff';

/**
 * A decoded picture: upright, sRGB, over white. It holds 4 bytes a pixel outside of the JavaScript heap:
 * close it when done.
 */
export class Picture implements PixelSource, Size {
  readonly width: number;
  readonly height: number;
  readonly order: PixelSource['order'];
  readonly #bitmap: ImageBitmap;
  readonly #frame: VideoFrame | undefined;

  constructor(
    bitmap: ImageBitmap,
    /** MIME type by content. */
    readonly type: PictureType,
  ) {
    this.width = bitmap.width;
    this.height = bitmap.height;
    this.#bitmap = bitmap;
    this.#frame = directFrame(bitmap);
    this.order = this.#frame?.format === 'BGRX' ? 'bgrx' : 'rgbx';
  }

  async readRows(
    frame: Frame,
    strip: Uint8Array<ArrayBuffer>,
    consume: (rows: number) => void,
  ): Promise<void> {
    const stripRows = rowsInStrip(frame.side);
    const context = this.#frame ? undefined : canvas2d(frame.side, Math.min(stripRows, frame.side));
    for (let y = 0; y < frame.side; y += stripRows) {
      const rows = Math.min(stripRows, frame.side - y);
      const part = { x: frame.x, y: frame.y + y, width: frame.side, height: rows };
      if (this.#frame) {
        await this.#frame.copyTo(strip, { rect: part, layout: [{ offset: 0, stride: frame.side * 4 }] });
      } else if (context) {
        this.#paint(context, -part.x, -part.y, this);
        strip.set(context.getImageData(0, 0, frame.side, rows).data);
      }
      consume(rows);
    }
  }

  /** The whole picture on a new canvas of `size`. */
  scaled(size: Size): OffscreenCanvas {
    const context = canvas2d(size.width, size.height);
    context.imageSmoothingQuality = 'high';
    this.#paint(context, 0, 0, size);
    return context.canvas;
  }

  close(): void {
    this.#frame?.close();
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

/**
 * The bitmap's own bytes, where the browser hands them out as they are: in Chromium this reads a
 * 3000 x 3000 crop in 4 ms; a canvas takes 35 ms or more for the same bytes. Left to the canvas are other
 * colour spaces, transparent pictures, and Firefox and Safari: Firefox converts the whole
 * picture anew for every strip (50 ms each).
 */
function directFrame(bitmap: ImageBitmap): VideoFrame | undefined {
  if (!('userAgentData' in navigator) || typeof VideoFrame === 'undefined') return undefined;
  const frame = new VideoFrame(bitmap, { timestamp: 0 });
  const { format, colorSpace } = frame;
  const isOpaque = format === 'BGRX' || format === 'RGBX';
  if (isOpaque && colorSpace.primaries === 'bt709' && colorSpace.transfer === 'iec61966-2-1') return frame;
  frame.close();
  return undefined;
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
