/** Pictures that the browser cannot decode, by a worker that is fetched when the first of them comes. */
import { Failure } from '../../failure';
import '../../trusted-scripts';
import { turned } from '../decode/orientation';
import { begun, type ForeignReply, type ForeignRequest, type ForeignType } from './decoded';

/** Milliseconds after which a worker that has said nothing is taken for lost, as Firefox sometimes loses one. */
const startLimit = 15_000;

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
  const reply = (await ask({ file, type }, signal)) ?? (await ask({ file, type }, signal));
  if (!reply) throw new Failure('decoder-missing', 'its worker does not start');
  if ('code' in reply) throw new Failure(reply.code, reply.detail);
  const { rgba, width, height, orientation } = reply;
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
  return orientation === 1 ? bitmap : turned(bitmap, orientation);
}

/** @returns undefined where the worker does not start */
async function ask(
  request: ForeignRequest,
  signal: AbortSignal | undefined,
): Promise<Exclude<ForeignReply, typeof begun> | undefined> {
  const worker = new Worker(new URL('./foreign.worker.ts', import.meta.url), { type: 'module' });
  let abort: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(new Failure('aborted'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      timer = setTimeout(() => resolve(undefined), startLimit);
      worker.addEventListener('message', ({ data }: MessageEvent<ForeignReply>) => {
        clearTimeout(timer);
        if (data === begun) worker.postMessage(request);
        else resolve(data);
      });
      // A file that is missing, or memory that ran out.
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        reject(new Failure('decoder-missing', event.message));
      });
    });
  } finally {
    clearTimeout(timer);
    if (abort) signal?.removeEventListener('abort', abort);
    worker.terminate();
  }
}
