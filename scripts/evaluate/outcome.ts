/** What came of one picture, and how it is written down. */
import { stringify } from 'csv-stringify/sync';
import type { FailureCode } from '../../src/failure.ts';
import type { Label } from './labels.ts';
import type { Overlap } from './masks.ts';

/** Why a row has no reading, or (`unknown-label`) does not count in the figures. */
export type ErrorCode = FailureCode | 'file-missing' | 'file-unreadable' | 'unknown-label' | 'browser-lost';

/** What is read of a picture: its largest centred square, or the frame that the app proposes. */
export type CropChoice = 'centred' | 'proposed';

/** The part of a reading that is evaluated. */
export interface Prediction {
  /** Code of the likeliest class. */
  readonly predicted: string;
  /** Calibrated, in the pack's class order, 0..1. */
  readonly probabilities: readonly number[];
  /** Raw, in the pack's class order; not written down. */
  readonly logits: readonly number[];
  /** 1 - the gate's probability of `none`. */
  readonly pLesion: number;
  readonly accepted: boolean;
  readonly quality: readonly string[];
  /** Codes of the prediction set. */
  readonly set: readonly string[];
  /** Ids of the operating points that are reached; not written down. */
  readonly flagged: readonly string[];
  /** Of a careful reading: its views, and those whose likeliest class is that of the reading. */
  readonly views?: { readonly count: number; readonly agree: number };
  /** From the file's bytes to the reading, in the worker. */
  readonly milliseconds: number;
  readonly backend: string;
}

export interface Outcome {
  readonly label: Label;
  readonly prediction?: Prediction;
  /** With the experts' outline, where there is one. */
  readonly overlap?: Overlap;
  /** Why there is none though the experts drew an outline. */
  readonly overlapError?: ErrorCode;
  readonly error?: ErrorCode;
}

/** `predictions.csv`: one row for each outcome, in their order; the labels' other columns come last. */
export function toCsv(outcomes: readonly Outcome[], codes: readonly string[]): string {
  const careful = outcomes.some(({ prediction }) => prediction?.views);
  const masked = outcomes.some(({ overlap, overlapError }) => overlap ?? overlapError);
  const own = [
    'file',
    'dx',
    'predicted',
    ...codes.map((code) => `p_${code}`),
    'p_lesion',
    'accepted',
    'quality',
    'set',
    ...(careful ? ['views_agree'] : []),
    'milliseconds',
    ...(masked ? ['dice', 'iou', 'attention_inside', 'outline_error'] : []),
    'error',
  ];
  const others = new Set(outcomes.flatMap(({ label }) => Object.keys(label.others)));
  const columns = [...own, ...[...others].filter((name) => !own.includes(name))];
  return stringify(
    outcomes.map(({ label, prediction, overlap, overlapError = '', error }) => ({
      ...label.others,
      file: label.file,
      dx: label.dx,
      ...(prediction ? cells(prediction, codes) : Object.fromEntries(own.slice(2).map((name) => [name, '']))),
      ...(overlap && {
        dice: overlap.dice.toFixed(4),
        iou: overlap.iou.toFixed(4),
        attention_inside: overlap.attention.toFixed(4),
      }),
      ...(masked && { outline_error: overlapError }),
      error: error ?? '',
    })),
    { header: true, columns },
  );
}

function cells(prediction: Prediction, codes: readonly string[]): Record<string, string> {
  return {
    predicted: prediction.predicted,
    ...Object.fromEntries(
      codes.map((code, k) => [`p_${code}`, (prediction.probabilities[k] ?? 0).toFixed(6)]),
    ),
    p_lesion: prediction.pLesion.toFixed(6),
    accepted: String(prediction.accepted),
    quality: prediction.quality.join(' '),
    set: prediction.set.join(' '),
    ...(prediction.views && { views_agree: String(prediction.views.agree) }),
    milliseconds: prediction.milliseconds.toFixed(1),
  };
}
