/** The page that the benchmarks drive. */
import type { ReadingTimes } from '../../src/model/reading';
import { InferenceClient } from '../../src/worker/client';
import { loadPack, type BareRequest } from './bare-network';
import { raceRuntimes, type RuntimeTimes } from './runtimes';

/** Milliseconds of the app's way and of the least that it could cost, measured in turn. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

export interface BenchPage {
  /** A picture to its reading in a worker at work. */
  warm(rounds: number, warmUp: number): Promise<Pairs & { readonly steps: readonly ReadingTimes[] }>;
  /** A fresh worker with the pack in its store: to ready, and on to the reading of a first picture. */
  cold(rounds: number, warmUp: number): Promise<{ readonly ready: Pairs; readonly result: Pairs }>;
  runtimes(rounds: number, warmUp: number): Promise<RuntimeTimes>;
}

const packUrl = new URL('./model/', document.baseURI).href;

class BareWorker {
  readonly #worker = new Worker(new URL('./bare.worker.ts', import.meta.url), { type: 'module' });

  ask(request: BareRequest): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
      this.#worker.onerror = ({ message }) => reject(new Error(message));
      this.#worker.postMessage(request);
    });
  }

  end(): void {
    this.#worker.terminate();
  }
}

/** The app's client with its own worker, which can be ended. */
function startOurs(): { client: InferenceClient; end: () => void } {
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

async function fetchPicture(): Promise<Blob> {
  return (await fetch('./picture.jpg')).blob();
}

const page: BenchPage = {
  async warm(rounds, warmUp) {
    const picture = await fetchPicture();
    const { client, end } = startOurs();
    const bareWorker = new BareWorker();
    await client.call('prepare', { backend: 'wasm' });
    await bareWorker.ask({ pack: await loadPack(packUrl) });
    const ours: number[] = [];
    const bare: number[] = [];
    const steps: ReadingTimes[] = [];
    for (let round = -warmUp; round < rounds; round++) {
      const start = performance.now();
      const { times } = await client.call('classify', { picture });
      const milliseconds = performance.now() - start;
      const least = await bareWorker.ask({ picture });
      if (round < 0) continue;
      ours.push(milliseconds);
      bare.push(least);
      steps.push(times);
    }
    end();
    bareWorker.end();
    return { ours, bare, steps };
  },

  async cold(rounds, warmUp) {
    const picture = await fetchPicture();
    const pack = await loadPack(packUrl);
    const ready = { ours: [] as number[], bare: [] as number[] };
    const result = { ours: [] as number[], bare: [] as number[] };
    for (let round = -warmUp; round < rounds; round++) {
      const start = performance.now();
      const { client, end } = startOurs();
      const { source } = await client.call('prepare', { backend: 'wasm' });
      const readyAt = performance.now();
      await client.call('classify', { picture });
      const resultAt = performance.now();
      end();

      const bareStart = performance.now();
      const bareWorker = new BareWorker();
      await bareWorker.ask({ pack });
      const bareReady = performance.now() - bareStart;
      await bareWorker.ask({ picture });
      const bareResult = await bareWorker.ask({ picture });
      bareWorker.end();
      if (round < 0) continue;
      if (source !== 'store') throw new Error('the pack was not kept');
      ready.ours.push(readyAt - start);
      ready.bare.push(bareReady);
      result.ours.push(resultAt - start);
      result.bare.push(bareResult);
    }
    return { ready, result };
  },

  runtimes: (rounds, warmUp) => raceRuntimes(packUrl, rounds, warmUp),
};

Object.assign(window, { bench: page });
