import { join } from 'node:path';
import { median } from 'simple-statistics';
import { convertPack } from '../convert.ts';
import { kilobytes, table } from '../markdown.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';
import { compressedSize } from './runtime-size.ts';

declare const window: { bench: BenchPage };

export const runtimes: Section = {
  name: 'runtimes',
  title: 'The same weights on other runtimes',

  async measure({ host, model, rounds, warmUp }) {
    convertPack(model, host.models);
    const tab = await host.open();
    const race = await tab.evaluate(([n, w]) => window.bench.runtimes(n, w), [rounds, warmUp] as const);
    await tab.context().close();
    const bytes = await compressedSize(join(import.meta.dirname, '../../node_modules'));
    const tfjs = median([...(race.milliseconds['tfjs'] ?? [])]);
    const text = `One forward pass on one thread, float32. The models are made from the pack's decoded weights by
\`bench/convert.py\` (tf2onnx, TFLite converter). Binary: WebAssembly alone, brotli.

${table(
  ['runtime', 'milliseconds', 'ratio to tfjs', 'largest difference of a logit', 'binary'],
  Object.entries(race.milliseconds).map(([name, times]) => [
    name,
    median([...times]).toFixed(1),
    (median([...times]) / tfjs).toFixed(2),
    (race.deviation[name] ?? NaN).toExponential(0),
    kilobytes(bytes[name] ?? NaN),
  ]),
)}`;
    return {
      results: { ...race, bytes },
      text,
      ratios: Object.entries(race.milliseconds)
        .filter(([name]) => name !== 'tfjs')
        .map(([name, times]) => ({
          what: `one pass of tfjs, to ${name}, a thread each`,
          ratio: tfjs / median([...times]),
        })),
    };
  },
};
