/** One pass of the network on one, two and four threads, and on the graphics chip where there is one. */
import type { BackendTrial } from '../../src/domain/prediction';
import { packUrl, startOurs, startThreads } from './workers';

export interface ThreadTimes {
  readonly cores: number;
  /** Milliseconds of every counted pass, by the number of threads. */
  readonly passes: Readonly<Record<number, readonly number[]>>;
  /** Milliseconds of two passes at once, each in a worker of its own on one thread: what the machine itself can do at once. */
  readonly atOnce: readonly number[];
  /** What the app's own race says of each backend. */
  readonly trials: readonly BackendTrial[];
}

const counts = [1, 2, 4];

/** The numbers run in turn, so that what slows the machine slows all; only one computes at a time. */
export async function raceThreads(rounds: number, warmUp: number): Promise<ThreadTimes> {
  const { client, end } = startOurs();
  const { trials } = await client.call('prepare', { backend: 'auto' });
  end();
  const workers = counts.map((threads) => ({ threads, worker: startThreads() }));
  for (const { threads, worker } of workers) await worker.ask({ packUrl, threads });
  const pair = [startThreads(), startThreads()];
  for (const worker of pair) await worker.ask({ packUrl, threads: 1 });
  const passes: Record<number, number[]> = {};
  const atOnce: number[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    for (const { threads, worker } of workers) {
      const milliseconds = await worker.ask('pass');
      if (round >= 0) (passes[threads] ??= []).push(milliseconds);
    }
    const start = performance.now();
    await Promise.all(pair.map((worker) => worker.ask('pass')));
    if (round >= 0) atOnce.push(performance.now() - start);
  }
  for (const worker of [...workers.map(({ worker }) => worker), ...pair]) worker.end();
  return { cores: navigator.hardwareConcurrency, passes, atOnce, trials };
}
