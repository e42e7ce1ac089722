import { Failure } from '../../failure';
import type { Size } from '../../domain/crop';
import { maxSourceSide } from '../resample/kernel';
import { decodeForeign } from '../foreign/foreign';
import { browserTurnsWebp, turned, webpOrientation } from './orientation';
import { Picture } from './picture';
import { jpegSegments, sniff, type PictureType, type Sniffed } from '../../domain/picture-header/sniff';
import { hasTooManyScans } from '../whole/jpeg';
import { checkWhole } from '../whole/whole';

/** A decoded pixel takes 4 bytes: this much is 480 MB, which a tablet still has. */
const maxPixels = 120e6;

/** Our own decoders hold a picture up to four times: every iPhone's of 48 MP is opened. */
const maxForeignPixels = 50e6;

/** Nearly every header stands in this many bytes; reading a whole photo takes 5 to 30 ms. */
const headBytes = 65536;

/**
 * Decodes a picture by its content, whatever its name or declared type, and checks that its file is whole. The caller
 * closes it.
 * @throws Failure `picture-empty`, `picture-unsupported`, `decoder-missing`, `picture-damaged`, `picture-too-large` or
 *   `aborted`
 */
export async function decodePicture(blob: Blob, signal?: AbortSignal): Promise<Picture> {
  if (blob.size === 0) throw new Failure('picture-empty');
  const { type, size, head } = await checkHeader(blob, signal);
  const bytes = head.length < blob.size ? read(blob) : Promise.resolve(head);
  if (
    type === 'image/jpeg' &&
    isInScans(head) &&
    hasTooManyScans(await bytes, size ? area(size) : maxPixels)
  ) {
    throw new Failure('picture-too-large', 'too many scans');
  }
  // The browser decodes on a thread of its own while this one follows the file's data to their end.
  const [decoded, checked] = await Promise.allSettled([
    decodeBitmap(blob, type, size, signal),
    bytes.then((file) => checkWhole(file, type)),
  ]);
  let bitmap = decoded.status === 'fulfilled' ? decoded.value : undefined;
  try {
    if (signal?.aborted) throw new Failure('aborted');
    if (checked.status === 'rejected') throw checked.reason;
    if (checked.value.state === 'damaged')
      throw new Failure('picture-damaged', `${type}: ${checked.value.detail}`);
    if (!bitmap) throw undecodable(type, decoded.status === 'rejected' ? decoded.reason : undefined);
    checkSize(bitmap);
    if (type === 'image/webp') bitmap = await upright(bitmap, await bytes);
    return new Picture(bitmap, type, checked.value.state === 'suspect');
  } catch (failure) {
    bitmap?.close();
    throw failure;
  }
}

/** By the browser where it can, else by a decoder that is fetched for it. */
async function decodeBitmap(
  blob: Blob,
  type: PictureType,
  size: Size | undefined,
  signal: AbortSignal | undefined,
): Promise<ImageBitmap> {
  const byBrowser = (): Promise<ImageBitmap> =>
    createImageBitmap(blob.slice(0, blob.size, type), { imageOrientation: 'from-image' });
  if (type === 'image/heic') {
    const native = await byBrowser().catch(() => undefined);
    if (native) return native;
  } else if (type !== 'image/tiff') return byBrowser();
  // What does not say how large it is could be of any size.
  if (!size) throw new Failure('picture-damaged', `${type}: no size`);
  if (area(size) > maxForeignPixels) throw new Failure('picture-too-large', `${size.width} x ${size.height}`);
  return decodeForeign(blob, type, signal);
}

/** A WebP as its EXIF data want it to be seen. */
async function upright(bitmap: ImageBitmap, bytes: Uint8Array): Promise<ImageBitmap> {
  const orientation = webpOrientation(bytes);
  return orientation === 1 || (await browserTurnsWebp()) ? bitmap : turned(bitmap, orientation);
}

/** Type and first bytes of a file whose header, as far as it tells, promises nothing too large. */
async function checkHeader(
  blob: Blob,
  signal: AbortSignal | undefined,
): Promise<Sniffed & { readonly head: Uint8Array<ArrayBuffer> }> {
  let head = await read(blob.slice(0, headBytes));
  let found = sniff(head);
  if (found && !found.size && blob.size > headBytes) {
    head = await read(blob);
    found = sniff(head);
  }
  if (signal?.aborted) throw new Failure('aborted');
  if (!found) throw new Failure('picture-unsupported', blob.type);
  if (found.size) checkSize(found.size);
  return { ...found, head };
}

/** Whether a JPEG may come in several scans: as a progressive picture does. */
function isInScans(head: Uint8Array): boolean {
  for (const { marker, at } of jpegSegments(head)) {
    if (marker === 0xc2) return true;
    // All components in one: decoders stop after it.
    if (marker === 0xda) return (head[at + 4] ?? 0) < 3;
  }
  return true;
}

function checkSize(size: Size): void {
  const { width, height } = size;
  if (width > maxSourceSide || height > maxSourceSide || area(size) > maxPixels) {
    throw new Failure('picture-too-large', `${width} x ${height}`);
  }
}

function area({ width, height }: Size): number {
  return width * height;
}

function undecodable(type: PictureType, reason: unknown): Failure {
  if (reason instanceof Failure) return reason;
  return new Failure('picture-damaged', `${type}: ${String(reason)}`, { cause: reason });
}

/** A file can vanish or change between being chosen and being read. */
async function read(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new Failure('picture-damaged', `cannot be read: ${String(error)}`, { cause: error });
  }
}
