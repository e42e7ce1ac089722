/** `npm run evaluate`: how well a model pack reads a folder of labelled pictures, in the browser. */
import { rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseManifest, type Manifest } from '../src/domain/pack/manifest.ts';
import { readArguments, usage, UsageError } from './evaluate/arguments.ts';
import { identityOf } from './evaluate/identity.ts';
import { parseLabels, unknownLabels } from './evaluate/labels.ts';
import { maskPath } from './evaluate/masks.ts';
import type { Outcome } from './evaluate/outcome.ts';
import { PredictionsFile, PredictionTable } from './evaluate/predictions-file.ts';
import { alertLevels, reweighing } from './evaluate/prior.ts';
import { makeReport } from './evaluate/report.ts';
import { formatReport } from './evaluate/table.ts';
import { UnfinishedRun } from './evaluate/unfinished.ts';
import { progressBar } from './progress.ts';

/** Exit status of a run that a signal stopped, as shells expect it. */
const stoppedBy = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args === 'help') {
    console.log(usage);
    return;
  }
  const manifest = await readManifest(args.model);
  const codes = manifest.classes.map(({ code }) => code);
  const labels = parseLabels(await readFile(args.labels, 'utf8'), codes);
  if (labels.length === 0) throw new UsageError(`${args.labels} lists no picture`);
  const reweigh = reweighing(args.prior, manifest);
  const { masks } = args;
  if (masks) {
    const drawn = labels.filter(({ file }) => maskPath(masks, file)).length;
    if (drawn === 0) {
      throw new UsageError(
        `${masks} has no outline of any listed picture: they are <picture>.png or <picture>_segmentation.png`,
      );
    }
    console.error(`${masks} has outlines of ${drawn} of ${labels.length} pictures.`);
  }
  const unknown = unknownLabels(labels, codes);
  if (unknown) console.error(unknown);

  const unfinished = join(args.out, 'unfinished.jsonl');
  if (args.restart) rmSync(unfinished, { force: true });
  const progress = UnfinishedRun.open(unfinished, identityOf(args, labels, manifest));
  // That of an earlier run would stand beside the rows of this one.
  rmSync(join(args.out, 'report.json'), { force: true });
  const table = new PredictionTable(
    { codes, prior: args.prior, views: args.views > 1, masks: masks !== undefined },
    labels,
  );
  const file = new PredictionsFile(join(args.out, 'predictions.csv'), table);
  const outcomes: Outcome[] = [];
  const keep = (index: number, outcome: Outcome): void => {
    outcomes[index] = reweigh(outcome);
    file.add(index, outcomes[index]);
  };
  for (const [index, stored] of progress.done) {
    const label = labels[index];
    if (label) keep(index, { label, ...stored });
  }
  let done = progress.done.size;
  if (done > 0) console.error(`Goes on with a stopped run: ${done} of ${labels.length} pictures are read.`);
  const showProgress = progressBar(labels.length, 'pictures', done);

  const stop = new AbortController();
  for (const name of Object.keys(stoppedBy) as (keyof typeof stoppedBy)[]) {
    process.once(name, () => {
      process.exitCode = stoppedBy[name];
      stop.abort(new Error(`Stopped by ${name}.`));
    });
  }
  try {
    // Loaded late: Vite and Playwright take a second that a wrong argument need not wait for.
    const { run } = await import('./evaluate/run.ts');
    await run({
      ...args,
      labels,
      done: progress.done,
      jobs: Math.min(args.jobs, 4 * availableParallelism()),
      signal: stop.signal,
      onOutcome: (index, outcome) => {
        progress.add(index, outcome);
        keep(index, outcome);
        showProgress(++done);
      },
    });
  } catch (thrown) {
    if (!stop.signal.aborted) throw thrown;
    console.error(
      `\nStopped after ${done} of ${labels.length} pictures. The same command goes on from there.`,
    );
    return;
  }

  const report = makeReport(outcomes, manifest, alertLevels(args.prior, manifest, args.views));
  const { id, version, priors } = manifest;
  const source =
    args.prior === 'equal' || args.prior === 'domain' ? undefined : priors?.settings[args.prior]?.source;
  const context = {
    created: new Date().toISOString(),
    pack: { id, version },
    ...args,
    ...(source !== undefined && { priorSource: source }),
  };
  await writeFile(join(args.out, 'report.json'), `${JSON.stringify({ ...context, ...report }, null, 2)}\n`);
  progress.end();
  console.log(`\n${id} ${version}, prior: ${args.prior}\n${formatReport(report)}\n\nWritten to ${args.out}`);
}

async function readManifest(folder: string): Promise<Manifest> {
  try {
    return parseManifest(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')));
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(`The model in ${folder} cannot be used: ${reason}`, { cause: thrown });
  }
}

try {
  await main();
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (thrown instanceof UsageError || code.startsWith('ERR_PARSE_ARGS')) console.error(`\n${usage}`);
  process.exitCode = 2;
}
