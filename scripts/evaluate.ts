/** `npm run evaluate`: how well a model pack reads a folder of labelled pictures, in the browser. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Backend } from '../src/domain/prediction.ts';
import { parseLabels } from './evaluate/labels.ts';
import { toCsv, type CropChoice } from './evaluate/outcome.ts';
import { makeReport } from './evaluate/report.ts';
import { formatReport } from './evaluate/table.ts';
import { progressBar } from './progress.ts';

const usage = `npm run evaluate -- --images DIR --labels FILE.csv [options]

  --images DIR        the folder with the pictures
  --labels FILE.csv   columns file,dx: dx is a class code of the model, or none (no lesion)
  --masks DIR         outlines by experts, DIR/<picture>.png: adds the columns dice, iou, attention_inside
  --model DIR         the model pack (default: public/model)
  --backend NAME      wasm or webgl (default: wasm)
  --frame NAME        centred or proposed: the largest centred square, or what the app proposes (default: centred)
  --careful           careful reading: the mean of eight views, eight times as long
  --out DIR           where predictions.csv and report.json go (default: evaluation)
  --jobs N            browsers at work side by side (default: 1, for true times)

Exit status: 0 when every listed file has a row, 2 when nothing could be read at all.`;

/** A mistake in how the command was called. */
class UsageError extends Error {}

interface Arguments {
  readonly images: string;
  readonly labels: string;
  readonly masks: string | undefined;
  readonly model: string;
  readonly backend: Backend;
  readonly careful: boolean;
  readonly frame: CropChoice;
  readonly out: string;
  readonly jobs: number;
}

function readArguments(): Arguments | 'help' {
  const { values } = parseArgs({
    options: {
      images: { type: 'string' },
      labels: { type: 'string' },
      masks: { type: 'string' },
      model: { type: 'string', default: 'public/model' },
      backend: { type: 'string', default: 'wasm' },
      frame: { type: 'string', default: 'centred' },
      careful: { type: 'boolean', default: false },
      out: { type: 'string', default: 'evaluation' },
      jobs: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const { images, labels, masks, model, backend, careful, frame, out, help } = values;
  if (help) return 'help';
  if (!images || !labels) throw new UsageError('--images and --labels are needed');
  if (backend !== 'wasm' && backend !== 'webgl') throw new UsageError(`no backend "${backend}"`);
  if (frame !== 'centred' && frame !== 'proposed') throw new UsageError(`no frame "${frame}"`);
  // What the experts drew is compared within the centred square.
  if (masks && frame !== 'centred') throw new UsageError('--masks wants the centred frame');
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError('--jobs wants a whole number from 1');
  for (const path of [images, labels, ...(masks ? [masks] : []), join(model, 'manifest.json')]) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
  }
  return {
    images: resolve(images),
    labels,
    masks: masks && resolve(masks),
    model: resolve(model),
    backend,
    careful,
    frame,
    out,
    jobs,
  };
}

async function main(): Promise<void> {
  const args = readArguments();
  if (args === 'help') {
    console.log(usage);
    return;
  }
  const labels = parseLabels(await readFile(args.labels, 'utf8'));
  if (labels.length === 0) throw new UsageError(`${args.labels} lists no picture`);
  // Loaded late: Vite and Playwright take a second that a wrong argument need not wait for.
  const { run } = await import('./evaluate/run.ts');
  const jobs = Math.min(args.jobs, 4 * availableParallelism());
  const { manifest, outcomes } = await run({
    ...args,
    labels,
    jobs,
    onProgress: progressBar(labels.length, 'pictures'),
  });

  const report = makeReport(outcomes, manifest);
  await mkdir(args.out, { recursive: true });
  const codes = manifest.classes.map(({ code }) => code);
  await writeFile(join(args.out, 'predictions.csv'), toCsv(outcomes, codes));
  const { id, version } = manifest;
  const context = { created: new Date().toISOString(), pack: { id, version }, ...args, jobs };
  await writeFile(join(args.out, 'report.json'), `${JSON.stringify({ ...context, ...report }, null, 2)}\n`);
  console.log(`\n${id} ${version}\n${formatReport(report)}\n\nWritten to ${args.out}`);
  if (outcomes.filter(Boolean).length < labels.length) process.exitCode = 1;
}

try {
  await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (thrown instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) console.error(`\n${usage}`);
  process.exitCode = 2;
}
