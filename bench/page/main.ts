/** The page that the benchmarks drive. */
import type { PredictionTimes } from '../../src/domain/prediction';
import { loadPack } from './bare-network';
import type { Pairs } from './pairs';
import { raceRuntimes, type RuntimeTimes } from './runtimes';
import type { StepTimes } from './steps';
import { fetchPhoto, packUrl, startBare, startOurs, startSteps } from './workers';

/** The largest photo of the benchmarks, 12 MP. */
const photo = [4000, 3000] as const;

interface WarmTimes {
  /** A picture that the worker has never seen. */
  readonly first: Pairs;
  /** The same picture once more, as after its preview. */
  readonly again: readonly number[];
  /** Of the first. */
  readonly steps: readonly PredictionTimes[];
  readonly photoBytes: number;
}

interface ColdTimes {
  readonly ready: Pairs;
  readonly result: Pairs;
  /** One decode of the pack and one start of WASM in a worker that runs already. */
  readonly unpacking: readonly number[];
}

export interface BenchPage {
  /** A picture to its reading in a worker at work. */
  warm(rounds: number, warmUp: number): Promise<WarmTimes>;
  /** A fresh worker with the pack in its store: to ready, and on to the reading of a first picture. */
  cold(rounds: number, warmUp: number): Promise<ColdTimes>;
  /** Every step of the worker by itself, with a photo of the given size. */
  steps(width: number, height: number, rounds: number, warmUp: number): Promise<StepTimes>;
  runtimes(rounds: number, warmUp: number): Promise<RuntimeTimes>;
}

const page: BenchPage = {
  async warm(rounds, warmUp) {
    const stored = await fetchPhoto(...photo);
    const { client, end } = startOurs();
    const bareWorker = startBare();
    await client.call('prepare', { backend: 'wasm' });
    await bareWorker.ask({ pack: await loadPack(packUrl) });
    const ours: number[] = [];
    const bare: number[] = [];
    const again: number[] = [];
    const steps: PredictionTimes[] = [];
    for (let round = -warmUp; round < rounds; round++) {
      // Another Blob is another picture: what the worker holds of the last one is of no use.
      const picture = stored.slice(0, stored.size, stored.type);
      const start = performance.now();
      const {
        prediction: { times },
      } = await client.call('classify', { picture });
      const milliseconds = performance.now() - start;
      const restart = performance.now();
      await client.call('classify', { picture });
      const secondTime = performance.now() - restart;
      const least = await bareWorker.ask({ picture });
      if (round < 0) continue;
      ours.push(milliseconds);
      bare.push(least);
      again.push(secondTime);
      steps.push(times);
    }
    end();
    bareWorker.end();
    return { first: { ours, bare }, again, steps, photoBytes: stored.size };
  },

  async cold(rounds, warmUp) {
    const picture = await fetchPhoto(...photo);
    const pack = await loadPack(packUrl);
    const ready = { ours: [] as number[], bare: [] as number[] };
    const result = { ours: [] as number[], bare: [] as number[] };
    const unpacking: number[] = [];
    for (let round = -warmUp; round < rounds; round++) {
      const start = performance.now();
      const { client, end } = startOurs();
      const { source } = await client.call('prepare', { backend: 'wasm' });
      const readyAt = performance.now();
      await client.call('classify', { picture });
      const resultAt = performance.now();
      end();

      const bareStart = performance.now();
      const bareWorker = startBare();
      const inWorker = await bareWorker.ask({ pack });
      const bareReady = performance.now() - bareStart;
      await bareWorker.ask({ picture });
      const bareResult = await bareWorker.ask({ picture });
      bareWorker.end();
      if (round < 0) continue;
      if (source !== 'store') throw new Error('the pack was not kept');
      ready.ours.push(readyAt - start);
      ready.bare.push(bareReady);
      unpacking.push(inWorker);
      result.ours.push(resultAt - start);
      result.bare.push(bareResult);
    }
    return { ready, result, unpacking };
  },

  async steps(width, height, rounds, warmUp) {
    const worker = startSteps();
    const times = await worker.ask({ packUrl, photo: await fetchPhoto(width, height), rounds, warmUp });
    worker.end();
    return times;
  },

  runtimes: (rounds, warmUp) => raceRuntimes(packUrl, rounds, warmUp),
};

Object.assign(window, { bench: page });
