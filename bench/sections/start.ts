import { pairHead, pairRow, ratioOf, table } from '../markdown.ts';
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
    const text = `"Ready" means: the stored pack is read, its hashes are right, its weights are decoded and on the backend, and the
self-test, one forward pass in a worker that has never computed, has given the golden answer. The least of the first row
is a new worker of the same kind that is handed the pack in memory, decodes it, starts WASM and builds the graph: it reads
nothing, checks nothing and computes nothing. In the second row the worker's own start is left out of the least as well.
The picture is the one above.

${table(pairHead, [
  pairRow('new worker to ready', cold.ready, 'new worker, one decode of the pack + start of WASM', '1.6'),
  pairRow(
    'the same',
    { ...cold.ready, bare: cold.unpacking },
    'one decode of the pack + start of WASM in a worker that runs already',
  ),
  pairRow(
    'new worker to the result of a first picture, opened meanwhile',
    cold.result,
    "the browser's decode + one bare forward pass, warm",
    '2.2',
  ),
])}

Where the time goes: the first forward pass takes three to four times as long as a later one, because tfjs, its graph and
the WebAssembly functions are compiled by then; the pack is read, hashed and decoded, and WASM is started, while tfjs is
being loaded. Where the processor is shared, that overlap is worth less and the ratio rises.`;
    return {
      results: cold,
      text,
      ratios: [
        {
          what: 'new worker to ready',
          ratio: ratioOf(cold.ready),
          budget: 1.6,
          reason:
            'the least has neither the hashes nor the self-test, whose pass runs in code that is not compiled yet',
        },
        {
          what: 'new worker to a first result',
          ratio: ratioOf(cold.result),
          budget: 2.2,
          reason: 'getting ready alone is two times the least; the preview is made on the same thread',
        },
      ],
    };
  },
};
