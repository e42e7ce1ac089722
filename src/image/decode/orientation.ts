/** The orientation of a WebP, which Chromium and Firefox leave to the page; of all other formats they turn pictures. */
import { Failure } from '../../failure';
import ImageHeader from 'exifreader/src/image-header.js';
import Tags from 'exifreader/src/tags.js';

/** EXIF's 1 (upright) to 8, as for a JPEG. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** What a WebP says of its orientation; 1 where it says nothing that can be. Never throws, whatever the bytes. */
export function webpOrientation(bytes: Uint8Array): Orientation {
  try {
    const file = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { tiffHeaderOffset, exifDataView = file } = ImageHeader.parseAppMarkers(file, false);
    if (tiffHeaderOffset === undefined) return 1;
    const { tags } = Tags.read(exifDataView, tiffHeaderOffset, false, false, onlyOrientation);
    return orientationOf(tags['Orientation']?.value);
  } catch {
    return 1;
  }
}

/** What a file says, where that can be; else upright. */
export function orientationOf(value: unknown): Orientation {
  return typeof value === 'number' && value >= 1 && value <= 8 ? (Math.floor(value) as Orientation) : 1;
}

const onlyOrientation = {
  shouldParseGroup: (group: string) => group === 'exif',
  shouldParseTag: (_group: string, name: string) => name === 'Orientation',
};

/** 2 x 1 pixels, to be turned to 1 x 2. */
const probe =
  'UklGRlIAAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TBEAAAAvAQAAAA8Q87//8x8OMqL/AQBFWElGGgAAAElJKgAIAAAAAQASAQMAAQAAAAYAAAAAAAAA';
let turnsWebp: Promise<boolean> | undefined;

/** Whether this browser turns a WebP by itself. */
export function browserTurnsWebp(): Promise<boolean> {
  return (turnsWebp ??= (async () => {
    const bytes = Uint8Array.from(atob(probe), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/webp' }), {
      imageOrientation: 'from-image',
    });
    const { height } = bitmap;
    bitmap.close();
    return height === 2;
  })().catch(() => true));
}

/** The upright picture; closes the one that it was made of. */
export function turned(bitmap: ImageBitmap, orientation: Orientation): ImageBitmap {
  const { width, height } = bitmap;
  const isLying = orientation > 4;
  const canvas = new OffscreenCanvas(isLying ? height : width, isLying ? width : height);
  const context = canvas.getContext('2d');
  if (!context) throw new Failure('internal', `no canvas of ${width} x ${height}`);
  context.setTransform(...transforms[orientation](width, height));
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas.transferToImageBitmap();
}

type Transform = [a: number, b: number, c: number, d: number, e: number, f: number];

const transforms: Readonly<Record<Orientation, (width: number, height: number) => Transform>> = {
  1: () => [1, 0, 0, 1, 0, 0],
  2: (width) => [-1, 0, 0, 1, width, 0],
  3: (width, height) => [-1, 0, 0, -1, width, height],
  4: (_, height) => [1, 0, 0, -1, 0, height],
  5: () => [0, 1, 1, 0, 0, 0],
  6: (_, height) => [0, 1, -1, 0, height, 0],
  7: (width, height) => [0, -1, -1, 0, height, width],
  8: (width) => [0, -1, 1, 0, 0, width],
};
