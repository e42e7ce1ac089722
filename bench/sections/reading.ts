import { median } from 'simple-statistics';
import type { PredictionTimes } from '../../src/domain/prediction.ts';
import { pairHead, pairRow, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

export const reading: Section = {
  name: 'reading',
  title: 'A reading, against the least that it could cost',

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
  pairRow('picture to reading, warm', warm.first, least, '1.25'),
  pairRow('the same picture once more, as after its preview', { ...warm.first, ours: warm.again }, least),
])}

Of the first reading ${step('decode')} ms are decode, ${step('resample')} ms the frame's pixels and their resampling,
${step('inference')} ms the network.`;
    return { results: warm, text };
  },
};
