/** Pictures that the browser cannot decode, by a worker that is fetched when the first of them comes. */
import { Failure } from '../../failure';
import '../../trusted-scripts';
import { turned } from '../decode/orientation';
import type { ForeignReply, ForeignType } from './decoded';

/**
 * The upright picture. Aborting ends the decoder at once.
 * @param file whose header was checked
 * @throws Failure of the decoders, `decoder-missing` where they cannot be fetched, `aborted`
 */
export async function decodeForeign(
  file: Blob,
  type: ForeignType,
  signal: AbortSignal | undefined,
): Promise<ImageBitmap> {
  const reply = await ask(file, type, signal);
  if ('code' in reply) throw new Failure(reply.code, reply.detail);
  const { rgba, width, height, colorSpace, orientation } = reply;
  const image = new ImageData(rgba, width, height, { colorSpace });
  // Firefox takes every picture as sRGB: wrong colours are worse than none.
  if (colorSpace !== 'srgb' && image.colorSpace !== colorSpace) {
    throw new Failure('picture-unsupported', `no ${colorSpace} here`);
  }
  const bitmap = await createImageBitmap(image);
  return orientation === 1 ? bitmap : turned(bitmap, orientation);
}

async function ask(file: Blob, type: ForeignType, signal: AbortSignal | undefined): Promise<ForeignReply> {
  const worker = new Worker(new URL('./foreign.worker.ts', import.meta.url), { type: 'module' });
  let abort: (() => void) | undefined;
  try {
    return await new Promise<ForeignReply>((resolve, reject) => {
      abort = () => reject(new Failure('aborted'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      worker.addEventListener('message', ({ data }: MessageEvent<ForeignReply>) => resolve(data));
      // A file that is missing, or memory that ran out.
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new Failure('decoder-missing', event.message));
      });
      worker.postMessage({ file, type });
    });
  } finally {
    if (abort) signal?.removeEventListener('abort', abort);
    worker.terminate();
  }
}
