import { Failure } from '../failure';
import type { Crop } from '../domain/crop';
import { assessQuality } from './quality';
import type { QualityIssue } from '../domain/prediction';
import { networkSide, resampleSquare } from './resample/resample';

const thumbnailSide = 192;

/** A crop as the network sees it, and images derived from it. Each is made once, on first use. */
export class CropView {
  #quality: readonly QualityIssue[] | undefined;
  #thumbnail: Promise<Blob> | undefined;

  /** @param pixels 224 x 224 x 3 bytes */
  constructor(
    readonly crop: Crop,
    readonly pixels: Uint8Array<ArrayBuffer>,
  ) {}

  quality(): readonly QualityIssue[] {
    return (this.#quality ??= assessQuality(this.pixels, this.crop));
  }

  /** JPEG, 192 x 192 px. */
  thumbnail(): Promise<Blob> {
    return (this.#thumbnail ??= makeThumbnail(this.pixels));
  }
}

/** By area average: the browsers' own scaling turns fine hairs and pores into noise. */
function makeThumbnail(pixels: Uint8Array): Promise<Blob> {
  const rgb = resampleSquare(pixels, networkSide, thumbnailSide);
  const image = new ImageData(thumbnailSide, thumbnailSide);
  for (let pixel = 0; pixel < thumbnailSide * thumbnailSide; pixel++) {
    image.data.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    image.data[pixel * 4 + 3] = 255;
  }
  const canvas = new OffscreenCanvas(thumbnailSide, thumbnailSide);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new Failure('internal', 'no canvas for the thumbnail');
  context.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
}
