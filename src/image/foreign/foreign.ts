/** Pictures that the browser cannot decode, by a worker that is fetched when the first of them comes. */
import { Failure } from '../../failure';
import '../../trusted-scripts';
import { turned } from '../decode/orientation';
import { begun, type ForeignReply, type ForeignRequest, type ForeignType } from './decoded';

/**
 * Milliseconds after which a worker that has said nothing is taken for lost, one attempt after the other: on a busy
 * machine Firefox sometimes never starts a worker of a worker.
 */
const startLimits = [3_000, 6_000, 12_000, 24_000];

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
  let reply: Answer | undefined;
  for (const limit of startLimits) {
    reply = await ask({ file, type }, signal, limit);
    if (reply) break;
  }
  if (!reply) throw new Failure('decoder-missing', 'its worker does not start');
  if ('code' in reply) throw new Failure(reply.code, reply.detail);
  const { rgba, width, height, orientation } = reply;
  const bitmap = await createImageBitmap(new ImageData(rgba, width, height));
  return orientation === 1 ? bitmap : turned(bitmap, orientation);
}

type Answer = Exclude<ForeignReply, typeof begun>;

/** @returns undefined where the worker does not start within `limit` milliseconds */
async function ask(
  request: ForeignRequest,
  signal: AbortSignal | undefined,
  limit: number,
): Promise<Answer | undefined> {
  const worker = new Worker(new URL('./foreign.worker.ts', import.meta.url), { type: 'module' });
  let abort: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(new Failure('aborted'));
      signal?.addEventListener('abort', abort, { once: true });
      if (signal?.aborted) abort();
      timer = setTimeout(() => resolve(undefined), limit);
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
