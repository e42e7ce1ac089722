import { Failure } from '../../failure';
import type { Size } from '../../domain/crop';
import { maxSourceSide } from '../resample/kernel';
import { Picture } from './picture';
import { sniff, type PictureType } from './sniff';
import { isClosedJpeg, isTruncated } from './truncation';

/** A decoded pixel takes 4 bytes: this much is 480 MB, which a tablet still has. */
const maxPixels = 120e6;

/** Nearly every header stands in this many bytes; reading a whole photo takes 5 to 30 ms. */
const headBytes = 65536;

/**
 * Decodes a picture by its content, whatever its name or declared type. The caller closes it.
 * @throws Failure `picture-empty`, `picture-unsupported`, `picture-heic-unsupported`, `picture-damaged`,
 *   `picture-too-large` or `aborted`
 */
export async function decodePicture(blob: Blob, signal?: AbortSignal): Promise<Picture> {
  if (blob.size === 0) throw new Failure('picture-empty');
  const { type, head } = await checkHeader(blob, signal);
  // The browser decodes on a thread of its own while this one walks through the file.
  const [decoded, truncated] = await Promise.allSettled([
    createImageBitmap(blob.slice(0, blob.size, type), { imageOrientation: 'from-image' }),
    isCut(blob, type, head),
  ]);
  const bitmap = decoded.status === 'fulfilled' ? decoded.value : undefined;
  try {
    if (signal?.aborted) throw new Failure('aborted');
    if (truncated.status === 'rejected') throw truncated.reason;
    if (truncated.value) throw new Failure('picture-damaged', `${type} ends too early`);
    if (decoded.status === 'rejected') throw undecodable(type, decoded.reason);
    checkSize(decoded.value);
    return new Picture(decoded.value, type);
  } catch (failure) {
    bitmap?.close();
    throw failure;
  }
}

/** Type and first bytes of a file whose header, as far as it tells, promises nothing too large. */
async function checkHeader(
  blob: Blob,
  signal: AbortSignal | undefined,
): Promise<{ type: PictureType; head: Uint8Array }> {
  let head = await read(blob.slice(0, headBytes));
  let found = sniff(head);
  if (found && !found.size && blob.size > headBytes) {
    head = await read(blob);
    found = sniff(head);
  }
  if (signal?.aborted) throw new Failure('aborted');
  if (!found) throw new Failure('picture-unsupported', blob.type);
  if (found.size) checkSize(found.size);
  return { type: found.type, head };
}

/** Whether the file ends before its picture does. */
async function isCut(blob: Blob, type: PictureType, head: Uint8Array): Promise<boolean> {
  if (type === 'image/jpeg' && isClosedJpeg(head, await read(blob.slice(-2)), blob.size)) return false;
  return isTruncated(head.length < blob.size ? await read(blob) : head, type);
}

function checkSize({ width, height }: Size): void {
  if (width > maxSourceSide || height > maxSourceSide || width * height > maxPixels) {
    throw new Failure('picture-too-large', `${width} x ${height}`);
  }
}

function undecodable(type: PictureType, reason: unknown): Failure {
  // Only Safari brings a HEIC decoder; elsewhere the file is as good as any.
  const code = type === 'image/heic' ? 'picture-heic-unsupported' : 'picture-damaged';
  return new Failure(code, `${type}: ${String(reason)}`, { cause: reason });
}

/** A file can vanish or change between being chosen and being read. */
async function read(blob: Blob): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    throw new Failure('picture-damaged', `cannot be read: ${String(error)}`, { cause: error });
  }
}
