import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { convertPack } from '../convert.ts';
import { kilobytes, milliseconds, table } from '../markdown.ts';
import { firstLoad, measureParts } from '../../scripts/size/parts.ts';
import type { BenchPage } from '../page/main.ts';
import type { Section } from '../section.ts';
import { compressedSize } from './runtime-size.ts';

declare const window: { bench: BenchPage };

const sizes = ['1 MP', '12 MP'];

export const peers: Section = {
  name: 'peers',
  title: 'Beside the pages that people would make otherwise',

  async measure({ host, model, dist, rounds, warmUp }) {
    convertPack(model, host.models);
    const tab = await host.open();
    const times = await tab.evaluate(([n, w]) => window.bench.peers(n, w), [rounds, warmUp] as const);
    await tab.context().close();
    const ours = times['Lentigo'] ?? [];
    const middle = (name: string, at: number): number => median([...(times[name]?.[at] ?? [])]);
    const others = Object.keys(times).filter((name) => name !== 'Lentigo');
    const binaries = await compressedSize(join(import.meta.dirname, '../../node_modules'));
    const { size } = await stat(join(host.models, 'model.tflite'));
    const text = `From a file to the condition on screen, warm, the same pictures and weights. The plain pages read an image element,
scale it on a canvas and compute on the main thread, with the graph model instead of the layers model that such pages
often have. They check neither file nor quality and do not calibrate. Canvas scaling gives other pixels than those that
the network was trained on.

${table(
  ['way', ...sizes, ...sizes.map((name) => `Lentigo to it, ${name}`)],
  [
    ['Lentigo', ...ours.map(milliseconds), ...sizes.map(() => '1.00')],
    ...others.map((name) => [
      name,
      ...(times[name] ?? []).map(milliseconds),
      ...sizes.map((_, at) => (middle('Lentigo', at) / middle(name, at)).toFixed(2)),
    ]),
  ],
)}

A first visit fetches ${kilobytes(firstLoad(await measureParts(dist)))} of Lentigo, with every page of the app, and at least ${kilobytes((binaries['LiteRT.js'] ?? NaN) + size)} for LiteRT.js: its
binary, and the weights in float32, which is what its converter makes of them.`;
    return {
      results: times,
      text,
      ratios: others.flatMap((name) =>
        sizes.map((size, at) => ({
          what: `${size} file to condition on screen, to ${name}`,
          ratio: middle('Lentigo', at) / middle(name, at),
          budget: 1,
          reason:
            'a small picture decodes fast, so the checks of file and quality count, which they do not make',
        })),
      ),
    };
  },
};
