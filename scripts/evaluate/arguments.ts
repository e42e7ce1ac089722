/** The arguments of `npm run evaluate`, and what must be right before a picture is read. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backends, type Backend } from '../../src/domain/prediction.ts';
import { priorNames, type PriorName } from '../../src/model/evaluation-prior.ts';

export const usage = `npm run evaluate -- --images DIR --labels FILE.csv [options]

Reads labelled pictures with the code that users run, and says how often it is right.

  --images DIR        folder with the pictures
  --labels FILE.csv   columns file and dx: dx is a condition's code (mel, nv ..., in any case) or none (no lesion)
  --masks DIR         outlines drawn by experts, DIR/<picture>.png or DIR/<picture>_segmentation.png:
                      adds the columns dice, iou, attention_inside and outline_error
  --model DIR         folder of the model (default: public/model)
  --prior NAME        how common the conditions are taken to be (default: equal)
                        equal: all alike
                        domain: as in the training pictures of a dermatoscope or a phone, whichever it looks like
                        home, practice, clinic: as among people at home, in general practice, in a skin clinic
  --views N           1, or 8 for a double-check: the mean of eight turned and mirrored views, eight times as long
  --careful           the same as --views 8
  --backend NAME      wasm, webgl or webgpu (default: wasm)
  --out DIR           folder for predictions.csv and report.json (default: evaluation)
  --restart           drop a stopped run that is kept in --out, and start anew
  --jobs N            browsers that work side by side (default: 1, for true times)

A run that was stopped goes on when the same command is given again.
Exit status: 0 when every listed file has a row, 2 when nothing could be read at all.`;

/** A mistake in how the command was called. */
export class UsageError extends Error {}

export interface EvaluateArguments {
  /** Absolute, as are `masks` and `model`. */
  readonly images: string;
  readonly labels: string;
  readonly masks: string | undefined;
  readonly model: string;
  readonly backend: Backend;
  readonly prior: PriorName;
  readonly views: 1 | 8;
  readonly out: string;
  readonly restart: boolean;
  readonly jobs: number;
}

/** @throws UsageError, or the error of `parseArgs` */
export function readArguments(args: readonly string[]): EvaluateArguments | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      images: { type: 'string' },
      labels: { type: 'string' },
      masks: { type: 'string' },
      model: { type: 'string', default: 'public/model' },
      backend: { type: 'string', default: 'wasm' },
      prior: { type: 'string', default: 'equal' },
      views: { type: 'string' },
      careful: { type: 'boolean', default: false },
      out: { type: 'string', default: 'evaluation' },
      restart: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { images, labels, masks, model, out, restart } = values;
  if (!images || !labels) throw new UsageError('--images and --labels are needed');
  const backend = oneOf('--backend', values.backend, backends);
  const prior = oneOf('--prior', values.prior, priorNames);
  const views = oneOf('--views', values.views ?? (values.careful ? '8' : '1'), ['1', '8']) === '8' ? 8 : 1;
  if (values.careful && views === 1) throw new UsageError('--careful and --views 1 exclude each other');
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1) throw new UsageError('--jobs needs a whole number from 1');

  for (const path of [images, ...(masks ? [masks] : []), model]) needFolder(path);
  for (const path of [labels, join(model, 'manifest.json')]) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
  }
  needWritable(out);
  if (resolve(labels) === resolve(out, 'predictions.csv')) {
    throw new UsageError(`${labels} would be overwritten: name another folder with --out`);
  }
  return {
    images: resolve(images),
    labels,
    masks: masks && resolve(masks),
    model: resolve(model),
    backend,
    prior,
    views,
    out,
    restart,
    jobs,
  };
}

function oneOf<T extends string>(option: string, value: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) {
    throw new UsageError(`${option} does not know "${value}": it is one of ${known.join(', ')}`);
  }
  return found;
}

function needFolder(path: string): void {
  if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
  if (!statSync(path).isDirectory()) throw new UsageError(`${path} is not a folder`);
}

function needWritable(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(`nothing can be written to --out ${folder}: ${reason}`);
  }
}
