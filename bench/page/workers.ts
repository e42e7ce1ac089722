/** The workers that are measured, each with an end. */
import { InferenceClient } from '../../src/worker/client';
import type { BareRequest, ThreadsRequest } from './bare-network';
import type { StepsRequest, StepTimes } from './steps';

export const packUrl = new URL('./model/', document.baseURI).href;

/** A drawn photo of the given size. */
export async function fetchPhoto(width: number, height: number): Promise<Blob> {
  return (await fetch(`./photo/${width}x${height}.jpg`)).blob();
}

/** The app's client with its own worker, which can be ended. */
export function startOurs(): { client: InferenceClient; end: () => void } {
  let worker: Worker | undefined;
  const client = new InferenceClient({
    packUrl,
    createWorker: () =>
      (worker = new Worker(new URL('../../src/worker/inference.worker.ts', import.meta.url), {
        type: 'module',
      })),
  });
  return { client, end: () => worker?.terminate() };
}

/** A worker that answers each request with one message. */
class AskedWorker<Request, Answer> {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  ask(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.postMessage(request);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

export function startBare(): AskedWorker<BareRequest, number> {
  return new AskedWorker(new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' }));
}

export function startSteps(): AskedWorker<StepsRequest, StepTimes> {
  return new AskedWorker(new Worker(new URL('./steps.worker.ts', import.meta.url), { type: 'module' }));
}

export function startThreads(): AskedWorker<ThreadsRequest, number> {
  return new AskedWorker(new Worker(new URL('./threads.worker.ts', import.meta.url), { type: 'module' }));
}
