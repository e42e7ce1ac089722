/** The results as a page of the documentation. */
import { median } from 'simple-statistics';
import type { ReadingTimes } from '../src/model/reading.ts';
import { firstLoad, partNames, type Parts } from '../scripts/size/parts.ts';
import type { Pairs } from './page/main.ts';
import type { RuntimeTimes } from './page/runtimes.ts';

export interface Measured {
  readonly browser: string;
  readonly machine: string;
  /** Version of the pack. */
  readonly pack: string;
  readonly rounds: number;
  readonly photoBytes: number;
  readonly warm: Pairs & { readonly steps: readonly ReadingTimes[] };
  readonly cold: { readonly ready: Pairs; readonly result: Pairs };
  readonly runtimes: RuntimeTimes;
  readonly parts: Parts;
  readonly runtimeBytes: Readonly<Record<string, number>>;
}

export function formatTable(measured: Measured): string {
  const { browser, machine, pack, rounds, photoBytes, warm, cold, runtimes, parts, runtimeBytes } = measured;
  const step = (name: keyof ReadingTimes): string =>
    median(warm.steps.map((times) => times[name])).toFixed(0);
  const tfjs = runtimes.milliseconds['tfjs'] ?? [];
  return `# Benchmarks

Made by \`npm run bench -- --write\`. Ratios of medians of ${rounds} rounds after a warm-up, measured in turn in one
run: ${browser} without a window, ${machine}, pack ${pack}, WASM with SIMD on one thread. Milliseconds are those of this
machine and its load; the ratios are what lasts.

## A reading, against the least that it could cost

The picture is a drawn JPEG of 4000 x 3000 pixels with grain, ${(photoBytes / 1e6).toFixed(1)} MB. "Least" is measured in a
worker in the same browser.

${markdown(
  ['what', 'Lentigo', 'least', 'ratio', 'budget'],
  [
    pairRow('picture to reading, warm', warm, "the browser's decode + one bare forward pass", '1.25'),
    pairRow('picture to reading, from a new worker with the pack stored', cold.result, 'the same, warm', ''),
    pairRow(
      'new worker to ready, pack stored',
      cold.ready,
      'new worker, one decode of the pack + start of WASM',
      '2',
    ),
  ],
)}

Of the warm reading ${step('decode')} ms are decode, ${step('resample')} ms the frame's pixels and their resampling,
${step('inference')} ms the network.

## The same weights on other runtimes

One forward pass on one thread, float32. The models are made from the pack's decoded weights by
\`bench/convert.py\` (tf2onnx, TFLite converter). Binary: WebAssembly alone, brotli.

${markdown(
  ['runtime', 'milliseconds', 'ratio to tfjs', 'largest difference of a logit', 'binary'],
  Object.entries(runtimes.milliseconds).map(([name, times]) => [
    name,
    median([...times]).toFixed(1),
    (median([...times]) / median([...tfjs])).toFixed(2),
    (runtimes.deviation[name] ?? NaN).toExponential(0),
    kilobytes(runtimeBytes[name] ?? NaN),
  ]),
)}

## Bytes over the wire

Brotli at its highest quality. A first visit fetches all of it.

${markdown(
  ['part', 'size', 'budget'],
  [
    ...partNames.map((name) => [
      name,
      kilobytes(parts[name]),
      name === 'page' ? '80 kB' : name === 'worker' ? '170 kB' : '',
    ]),
    ['together', kilobytes(firstLoad(parts)), '3500 kB'],
  ],
)}
`;
}

function pairRow(name: string, { ours, bare }: Pairs, least: string, budget: string): string[] {
  const [a, b] = [median([...ours]), median([...bare])];
  return [name, `${a.toFixed(0)} ms`, `${b.toFixed(0)} ms (${least})`, (a / b).toFixed(2), budget];
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
