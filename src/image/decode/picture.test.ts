import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Turn } from '../resample/kernel';
import { Picture } from './picture';
import { resampleCrop, resampleSquare } from '../resample/resample';

/** Upright RGB of a picture of which no two pixels are alike. */
const width = 300;
const height = 700;

function colourAt(x: number, y: number): [number, number, number] {
  return [x % 256, y % 256, (x * 7 + y * 13) % 256];
}

/** Where the upright pixel (x, y) lies in a picture that is stored turned back by `turn`. */
const storedAt: Record<Turn, (x: number, y: number) => [number, number]> = {
  0: (x, y) => [x, y],
  90: (x, y) => [y, width - 1 - x],
  180: (x, y) => [width - 1 - x, height - 1 - y],
  270: (x, y) => [height - 1 - y, x],
};

/** A decoded picture as Chromium hands it out: BGRX, turned back, with its turn beside it. */
class StoredCrop {
  static turn: Turn = 0;
  static flip = false;
  readonly format = 'BGRX';
  readonly colorSpace = { primaries: 'bt709', transfer: 'iec61966-2-1' };
  readonly rotation = StoredCrop.turn;
  readonly flip = StoredCrop.flip;
  readonly codedWidth = this.rotation % 180 === 0 ? width : height;
  readonly codedHeight = this.rotation % 180 === 0 ? height : width;
  readonly #pixels = new Uint8Array(width * height * 4);
  closed = false;

  constructor() {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [sx, sy] = storedAt[this.rotation](x, y);
        this.#pixels.set([...colourAt(x, y).reverse(), 255], (sy * this.codedWidth + sx) * 4);
      }
    }
  }

  copyTo(target: Uint8Array, { rect, layout }: VideoFrameCopyToOptions): Promise<unknown> {
    const { x = 0, y = 0, width: columns = 0, height: rows = 0 } = rect ?? {};
    if (x < 0 || y < 0 || x + columns > this.codedWidth || y + rows > this.codedHeight) {
      return Promise.reject(new TypeError('Invalid rect'));
    }
    for (let row = 0; row < rows; row++) {
      const from = ((y + row) * this.codedWidth + x) * 4;
      const line = this.#pixels.subarray(from, from + columns * 4);
      target.set(line, row * (layout?.[0]?.stride ?? columns * 4));
    }
    return Promise.resolve([]);
  }

  close(): void {
    this.closed = true;
  }
}

function uprightSquare(left: number, top: number, side: number): Uint8Array {
  const rgb = new Uint8Array(side * side * 3);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) rgb.set(colourAt(left + x, top + y), (y * side + x) * 3);
  }
  return rgb;
}

describe('reading a bitmap directly', () => {
  const close = vi.fn();
  const bitmap: ImageBitmap = { width, height, close };

  beforeEach(() => {
    vi.stubGlobal('navigator', { userAgentData: {} });
    vi.stubGlobal('VideoFrame', StoredCrop);
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    StoredCrop.turn = 0;
    StoredCrop.flip = false;
  });

  it.each([0, 90, 180, 270] as const)('turns by %i degrees', async (turn) => {
    StoredCrop.turn = turn;
    const picture = new Picture(bitmap, 'image/jpeg');
    expect(picture.turn).toBe(turn);
    for (const [x, y, side] of [
      [0, 0, 300],
      [0, 400, 300],
      [3, 5, 1],
      [7, 650, 3],
      [20, 30, 4],
      [31, 77, 257],
    ] as const) {
      const expected = resampleSquare(uprightSquare(x, y, side), side);
      const result = await resampleCrop(picture, { x, y, side });
      expect(Buffer.compare(result, expected), `${x}, ${y}, ${side}`).toBe(0);
    }
  });

  it('leaves mirrored pictures to the canvas', () => {
    StoredCrop.flip = true;
    expect(new Picture(bitmap, 'image/jpeg')).toMatchObject({ order: 'rgbx', turn: 0 });
  });

  it('leaves everything to the canvas where the browser is not Chromium', () => {
    StoredCrop.turn = 90;
    vi.stubGlobal('navigator', {});
    expect(new Picture(bitmap, 'image/jpeg')).toMatchObject({ order: 'rgbx', turn: 0 });
  });

  it('closes the bitmap', () => {
    close.mockClear();
    new Picture(bitmap, 'image/jpeg').close();
    expect(close).toHaveBeenCalledOnce();
  });
});
