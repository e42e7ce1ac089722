import { median } from 'simple-statistics';
import type { PredictionTimes } from '../../src/domain/prediction.ts';
import { milliseconds, pairHead, pairRow, ratioOf, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

export const reading: Section = {
  name: 'reading',
  title: 'A result, against the least that it could cost',

  async measure({ host, rounds, warmUp }) {
    const tab = await host.open();
    const warm = await tab.evaluate(([n, w]) => window.bench.warm(n, w), [rounds, warmUp] as const);
    await tab.context().close();
    const step = (name: keyof PredictionTimes): string =>
      median(warm.steps.map((times) => times[name])).toFixed(0);
    const least = "the browser's decode + one bare forward pass";
    const text = `The picture is a drawn JPEG of 4000 x 3000 pixels with grain, ${(warm.photoBytes / 1e6).toFixed(1)} MB. "Least" is
measured in a worker in the same browser.

${table(pairHead, [
  pairRow('picture to result, warm, checked for damage', warm.first, least, '1.2'),
  pairRow('the same picture once more, as after its preview', { ...warm.first, ours: warm.again }, least),
  pairRow('one pass of the network', warm.pass, 'one bare forward pass', '0.71'),
  pairRow('double-check: eight views', warm.views, 'one bare forward pass', '5'),
])}

The network runs on ${warm.threads} ${warm.threads === 1 ? 'thread' : 'threads'}, as the race on this machine ended; the bare pass is tfjs on one. From the result to
the copy for the record, of a picture whose preview is there: ${milliseconds(warm.storing)} (budget: 40 ms).

Of the first result ${step('decode')} ms are decode, ${step('resample')} ms the frame's pixels and their resampling,
${step('inference')} ms the network.`;
    const storing = { ours: warm.storing, bare: warm.first.bare };
    return {
      results: warm,
      text,
      ratios: [
        {
          what: '12 MP picture to result, warm, checked',
          ratio: ratioOf(warm.first),
          budget: 1.2,
          reason:
            "the frame's exact pixels take a tenth of the time, and the check shares the cores with the decoder",
        },
        {
          what: 'one pass of the network, to one on one thread',
          ratio: ratioOf(warm.pass),
          budget: 0.71,
          reason: 'as one pass on 2 threads',
        },
        {
          what: 'eight views, to one pass on one thread',
          ratio: ratioOf(warm.views),
          budget: 5,
          reason:
            'they run in pairs; larger batches leave the cache, and a second worker would hold the model twice',
        },
        { what: 'copy for the record, to decode and pass', ratio: ratioOf(storing) },
      ],
    };
  },
};
