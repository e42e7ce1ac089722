import { median } from 'simple-statistics';
import { milliseconds, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import { unchecked, type StepTimes } from '../page/steps.ts';
import type { Section } from '../section.ts';

declare const window: { bench: BenchPage };

const sizes = [
  [1152, 864],
  [4000, 3000],
] as const;

export const steps: Section = {
  name: 'steps',
  title: 'Each step by itself',

  async measure({ host, rounds, warmUp }) {
    const tab = await host.open();
    const results: StepTimes[] = [];
    for (const [width, height] of sizes) {
      results.push(
        await tab.evaluate(([w, h, n, u]) => window.bench.steps(w, h, n, u), [
          width,
          height,
          rounds,
          warmUp,
        ] as const),
      );
    }
    await tab.context().close();
    const names = Object.keys(results[0] ?? {});
    const ratios = results.map((times) => {
      const [withCheck = NaN, without = NaN] = ['file to picture', unchecked].map((name) =>
        median([...(times[name] ?? [])]),
      );
      return (withCheck / without).toFixed(2);
    });
    const text = `Warm, in a worker, on drawn JPEGs with grain; the frame is the largest centred square.

${table(
  ['step', ...sizes.map(([width, height]) => `${width} x ${height}`)],
  names.map((name) => [name, ...results.map((times) => milliseconds(times[name] ?? []))]),
)}

With the check for damage, which runs beside the browser's decoder, opening a picture takes ${ratios.join(' and ')} times as
long as without.`;
    return {
      results,
      text,
      ratios: ratios.map((ratio, at) => ({
        what: `opening ${sizes[at]?.join(' x ') ?? ''} with the check for damage, to without`,
        ratio: Number(ratio),
        // What the budget is for.
        ...(sizes[at]?.[0] === 4000 && {
          budget: 1.15,
          reason: 'the check shares the cores with the decoder',
        }),
      })),
    };
  },
};
