/** `npm run evaluate`: how well a model pack reads a folder of labelled pictures, in the browser. */
import { existsSync, rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseManifest, type Manifest } from '../src/domain/pack/manifest.ts';
import { readArguments, usage, UsageError } from './evaluate/arguments.ts';
import { identityOf } from './evaluate/identity.ts';
import { noLesion, parseLabels, unknownLabels, type Label } from '../src/domain/evaluation/labels.ts';
import { matchFiles } from '../src/domain/evaluation/files.ts';
import { PredictionsTable } from '../src/domain/evaluation/predictions-table.ts';
import { maskPath } from './evaluate/masks.ts';
import type { Outcome } from '../src/domain/evaluation/outcome.ts';
import { PredictionsFile } from './evaluate/predictions-file.ts';
import { alertLevels, reweighing } from '../src/model/evaluation-prior.ts';
import { makeReport } from '../src/domain/evaluation/report.ts';
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
  const labels = await withFiles(
    parseLabels(await readFile(args.labels, 'utf8'), manifest.classes),
    args.images,
  );
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
  const unknown = unknownLabels(labels);
  if (unknown) console.error(unknownWords(unknown, labels.length, codes));

  const unfinished = join(args.out, 'unfinished.jsonl');
  if (args.restart) rmSync(unfinished, { force: true });
  const progress = UnfinishedRun.open(unfinished, identityOf(args, labels, manifest));
  // That of an earlier run would stand beside the rows of this one.
  rmSync(join(args.out, 'report.json'), { force: true });
  const table = new PredictionsTable(
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

/** The labels with the paths of their files, where the table leaves out a folder or an extension. */
async function withFiles(labels: readonly Label[], images: string): Promise<Label[]> {
  if (labels.every(({ file }) => existsSync(join(images, file)))) return [...labels];
  const names = await readdir(images, { recursive: true });
  const found = matchFiles(
    labels,
    names.map((name) => ({ path: name.replaceAll('\\', '/') })),
  );
  return labels.map((label, index) => ({ ...label, file: found[index]?.path ?? label.file }));
}

function unknownWords(
  { count, names }: NonNullable<ReturnType<typeof unknownLabels>>,
  all: number,
  codes: readonly string[],
): string {
  const quoted = names.map((name) => `"${name}"`);
  const listed = [...quoted.slice(0, 5), ...(quoted.length > 5 ? ['…'] : [])].join(', ');
  return (
    `${count} of ${all} pictures have a label that the model does not know: ${listed}. ` +
    `They are read, but do not count in the figures. Known labels: ${[...codes, noLesion].join(', ')}.`
  );
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
