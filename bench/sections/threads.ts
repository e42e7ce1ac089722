import { median } from 'simple-statistics';
import { milliseconds, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

export const threads: Section = {
  name: 'threads',
  title: 'Threads and graphics chips',

  async measure({ host, rounds, warmUp }) {
    const tab = await host.open();
    const results = await tab.evaluate(([n, w]) => window.bench.threads(n, w), [rounds, warmUp] as const);
    await tab.context().close();
    const { cores, passes, atOnce, trials } = results;
    const middle = (count: number): number => median([...(passes[count] ?? [])]);
    const counts = Object.keys(passes).map(Number);
    const text = `One warm pass of the network on WASM, on a machine with ${cores} cores. The app takes more threads only where they are faster
in a short race at the first start.

${table(
  ['threads', 'one pass', 'one thread to it'],
  counts.map((count) => [
    String(count),
    milliseconds(passes[count] ?? []),
    (middle(1) / middle(count)).toFixed(2),
  ]),
)}

Two passes at once, each in a worker of its own, take ${(median([...atOnce]) / middle(1)).toFixed(2)} times as long as one: 1 would be two whole cores,
2 is no more than one. No number of threads can do better than that.

What the app's own race found here:

${table(
  ['backend', 'one pass', 'self-test'],
  trials.map(({ backend, threads: on, milliseconds: time, passed, reason }) => [
    on === undefined ? backend : `${backend}, ${on} threads`,
    time === null ? '' : `${time.toFixed(0)} ms`,
    passed ? 'passed' : (reason ?? 'failed'),
  ]),
)}`;
    return {
      results,
      text,
      ratios: [
        { what: 'two passes at once in two workers, to one pass', ratio: median([...atOnce]) / middle(1) },
        ...counts
          .filter((count) => count > 1)
          .map((count) => ({
            what: `one pass on ${count} threads, to one thread`,
            ratio: middle(count) / middle(1),
            ...(count === 2 && {
              budget: 0.71,
              reason: 'the network has sixty short layers, and waking a thread for each costs what it saves',
            }),
          })),
      ],
    };
  },
};
