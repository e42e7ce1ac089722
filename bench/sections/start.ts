import { pairHead, pairRow, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

export const start: Section = {
  name: 'start',
  title: 'A start with the pack stored',

  async measure({ host, rounds, warmUp }) {
    const tab = await host.open();
    const cold = await tab.evaluate(([n, w]) => window.bench.cold(n, w), [rounds, warmUp] as const);
    await tab.context().close();
    const text = `The picture is the one above.

${table(pairHead, [
  pairRow('new worker to ready', cold.ready, 'new worker, one decode of the pack + start of WASM', '2'),
  pairRow(
    'new worker to the reading of a first picture',
    cold.result,
    "the browser's decode + one bare forward pass, warm",
  ),
])}`;
    return { results: cold, text };
  },
};
