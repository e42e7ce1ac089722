/** The rows of predictions.csv: one for each label. */
import type { Label } from './labels';
import type { EvaluatedPrediction, Outcome } from './outcome';

export interface PredictionColumns {
  /** Codes of the pack's classes. */
  readonly codes: readonly string[];
  /** What the probabilities were read under. */
  readonly prior: string;
  /** Whether several views are read of each picture. */
  readonly views: boolean;
  /** Whether there are experts' outlines. */
  readonly masks: boolean;
}

/** Makes the rows. Other columns of the labels come last; one with a name of ours becomes `label_<name>`. */
export class PredictionsTable {
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

  get header(): readonly string[] {
    return [...this.#own, ...this.#others.values()];
  }

  row({ label, prediction, overlap, overlapError, error }: Outcome): readonly string[] {
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
    return [
      ...this.#own.map((name) => values[name] ?? ''),
      ...[...this.#others.keys()].map((name) => label.others[name] ?? ''),
    ];
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

function cells(prediction: EvaluatedPrediction, { codes, prior }: PredictionColumns): Record<string, string> {
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
