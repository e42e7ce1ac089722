/** The page that the benchmarks drive. */
import '../../src/trusted-scripts';
import type { PredictionTimes } from '../../src/domain/prediction';
import type { InferenceClient } from '../../src/worker/client';
import { timeBackup, type BackupTimes } from './backup';
import { loadPack } from './bare-network';
import type { Pairs } from './pairs';
import { timeLearning } from './learning';
import { racePeers, type PeerTimes } from './peers';
import { raceRuntimes, type RuntimeTimes } from './runtimes';
import type { StepTimes } from './steps';
import { raceThreads, type ThreadTimes } from './threads';
import { fetchPhoto, packUrl, startBare, startOurs, startSteps } from './workers';

/** The largest photo of the benchmarks, 12 MP. */
const photo = [4000, 3000] as const;

interface WarmTimes {
  /** A picture that the worker has never seen. */
  readonly first: Pairs;
  /** A pass of the network. */
  readonly pass: Pairs;
  /** The double-check, beside one bare pass. */
  readonly views: Pairs;
  /** From the result of a picture that was opened before to its copy for the record. */
  readonly storing: readonly number[];
  /** Threads of the network here; the bare way has one. */
  readonly threads: number;
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
  /** Fresh workers with the pack in their store: to ready, and to the result of a picture opened meanwhile. */
  cold(rounds: number, warmUp: number): Promise<ColdTimes>;
  /** Every step of the worker by itself, with a photo of the given size. */
  steps(width: number, height: number, rounds: number, warmUp: number): Promise<StepTimes>;
  threads(rounds: number, warmUp: number): Promise<ThreadTimes>;
  runtimes(rounds: number, warmUp: number): Promise<RuntimeTimes>;
  /** Learning from so many corrections, which are drawn from the bank. */
  learning(corrections: number): Promise<number>;
  peers(rounds: number, warmUp: number): Promise<PeerTimes>;
  /** A drawn record of so many visits, two for each patient. */
  backup(visits: number): Promise<BackupTimes>;
}

const page: BenchPage = {
  async warm(rounds, warmUp) {
    const stored = await fetchPhoto(...photo);
    const { client, end } = startOurs();
    const bareWorker = startBare();
    const { trials } = await client.call('prepare', { backend: 'wasm' });
    await bareWorker.ask({ pack: await loadPack(packUrl) });
    const ours: number[] = [];
    const bare: number[] = [];
    const pass = { ours: [] as number[], bare: [] as number[] };
    const views: number[] = [];
    const storing: number[] = [];
    const again: number[] = [];
    const steps: PredictionTimes[] = [];
    for (let round = -warmUp; round < rounds; round++) {
      // Another Blob is another picture: what the worker holds of the last one is of no use.
      const picture = await copyOf(stored);
      const start = performance.now();
      const {
        prediction: { times },
      } = await client.call('classify', { picture });
      const milliseconds = performance.now() - start;
      const restart = performance.now();
      await client.call('classify', { picture });
      const secondTime = performance.now() - restart;
      const least = await bareWorker.ask({ picture });
      const barePass = await bareWorker.ask('pass');
      const careful = await client.call('classify', { picture, careful: true });
      const kept = await timeStoring(client, await copyOf(picture));
      if (round < 0) continue;
      ours.push(milliseconds);
      bare.push(least);
      pass.ours.push(times.inference);
      pass.bare.push(barePass);
      views.push(careful.prediction.times.inference);
      storing.push(kept);
      again.push(secondTime);
      steps.push(times);
    }
    end();
    bareWorker.end();
    return {
      first: { ours, bare },
      pass,
      views: { ours: views, bare: pass.bare },
      storing,
      threads: trials[0]?.threads ?? 1,
      again,
      steps,
      photoBytes: stored.size,
    };
  },

  async cold(rounds, warmUp) {
    const picture = await fetchPhoto(...photo);
    const pack = await loadPack(packUrl);
    const ready = { ours: [] as number[], bare: [] as number[] };
    const result = { ours: [] as number[], bare: [] as number[] };
    const unpacking: number[] = [];
    for (let round = -warmUp; round < rounds; round++) {
      const start = performance.now();
      const alone = startOurs();
      const { source } = await alone.client.call('prepare', { backend: 'wasm' });
      const oursReady = performance.now() - start;
      alone.end();

      const resultStart = performance.now();
      const { client, end } = startOurs();
      // As the page does it: a picture is opened while the model is made ready.
      await Promise.all([
        client.call('prepare', { backend: 'wasm' }),
        client.call('open', { picture }).then(({ preview }) => preview.close()),
      ]);
      await client.call('classify', { picture });
      const oursResult = performance.now() - resultStart;
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
      ready.ours.push(oursReady);
      ready.bare.push(bareReady);
      unpacking.push(inWorker);
      result.ours.push(oursResult);
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

  threads: raceThreads,

  runtimes: (rounds, warmUp) => raceRuntimes(packUrl, rounds, warmUp),

  learning: timeLearning,

  peers: racePeers,

  backup: timeBackup,
};

/** Another Blob with the same bytes: another picture to the worker. */
async function copyOf(picture: Blob): Promise<Blob> {
  return new Blob([await picture.arrayBuffer()], { type: picture.type });
}

/** Milliseconds from the result of an opened picture to its copy for the record. */
async function timeStoring(client: InferenceClient, picture: Blob): Promise<number> {
  const { preview } = await client.call('open', { picture });
  preview.close();
  let result = NaN;
  const onProgress = (): void => void (result = performance.now());
  await client.call('classify', { picture, store: true }, { onProgress });
  return performance.now() - result;
}

Object.assign(window, { bench: page });
