/** predictions.csv: one row for each label, in their order, written while the pictures are being read. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'csv-stringify/sync';
import type { Label } from './labels.ts';
import type { Outcome, Prediction } from './outcome.ts';
import type { PriorName } from './prior.ts';

export interface PredictionColumns {
  /** Codes of the pack's classes. */
  readonly codes: readonly string[];
  readonly prior: PriorName;
  /** Whether several views are read of each picture. */
  readonly views: boolean;
  /** Whether there are experts' outlines. */
  readonly masks: boolean;
}

/** Makes the rows. Other columns of the labels come last; one with a name of ours becomes `label_<name>`. */
export class PredictionTable {
  readonly #choice: PredictionColumns;
  readonly #own: readonly string[];
  /** New name of each other column of the labels. */
  readonly #others: ReadonlyMap<string, string>;

  constructor(choice: PredictionColumns, labels: readonly Label[]) {
    this.#choice = choice;
    this.#own = ownColumns(choice);
    const names = new Set(labels.flatMap(({ others }) => Object.keys(others)));
    const others = new Map<string, string>();
    for (const name of names) {
      let free = name;
      while (this.#own.includes(free) || (free !== name && names.has(free))) free = `label_${free}`;
      others.set(name, free);
    }
    this.#others = others;
  }

  get header(): string {
    return stringify([[...this.#own, ...this.#others.values()]]);
  }

  /** With its line end. */
  row({ label, prediction, overlap, overlapError, error }: Outcome): string {
    const values: Record<string, string> = {
      file: label.file,
      dx: label.dx,
      ...(prediction && cells(prediction, this.#choice)),
      ...(overlap && {
        dice: overlap.dice.toFixed(4),
        iou: overlap.iou.toFixed(4),
        attention_inside: overlap.attention.toFixed(4),
      }),
      outline_error: overlapError ?? '',
      error: error ?? '',
    };
    return stringify([
      [
        ...this.#own.map((name) => values[name] ?? ''),
        ...[...this.#others.keys()].map((name) => label.others[name] ?? ''),
      ],
    ]);
  }
}

function ownColumns({ codes, views, masks }: PredictionColumns): string[] {
  return [
    'file',
    'dx',
    'predicted',
    ...codes.map((code) => `p_${code}`),
    'p_lesion',
    'accepted',
    'quality',
    'set',
    'flags',
    'domain',
    'crop',
    'prior',
    ...(views ? ['views_agree'] : []),
    'milliseconds',
    ...(masks ? ['dice', 'iou', 'attention_inside', 'outline_error'] : []),
    'error',
  ];
}

function cells(prediction: Prediction, { codes, prior }: PredictionColumns): Record<string, string> {
  const { x, y, side } = prediction.crop;
  return {
    predicted: prediction.predicted,
    ...Object.fromEntries(
      codes.map((code, k) => [`p_${code}`, (prediction.probabilities[k] ?? 0).toFixed(6)]),
    ),
    p_lesion: prediction.pLesion.toFixed(6),
    accepted: String(prediction.accepted),
    quality: prediction.quality.join(' '),
    set: prediction.set.join(' '),
    flags: prediction.flagged.join(' '),
    domain: prediction.domain,
    crop: `${x} ${y} ${side}`,
    prior,
    ...(prediction.views && { views_agree: String(prediction.views.agree) }),
    milliseconds: prediction.milliseconds.toFixed(1),
  };
}

/** Outcomes may come in any order: each is written as soon as all before it are there. */
export class PredictionsFile {
  readonly #path: string;
  readonly #table: PredictionTable;
  readonly #waiting = new Map<number, Outcome>();
  #next = 0;

  /** Replaces what is at `path`. */
  constructor(path: string, table: PredictionTable) {
    this.#path = path;
    this.#table = table;
    writeFileSync(path, table.header);
  }

  add(index: number, outcome: Outcome): void {
    this.#waiting.set(index, outcome);
    let text = '';
    for (let next; (next = this.#waiting.get(this.#next)); this.#next++) {
      this.#waiting.delete(this.#next);
      text += this.#table.row(next);
    }
    if (text) appendFileSync(this.#path, text);
  }
}
