/** The outcome of one picture in an evaluation. */
import type { Crop } from '../crop';
import type { PictureDomain } from '../prediction';
import type { FailureCode } from '../../failure';
import type { Label } from './labels';

/** Why a row has no prediction, or (`unknown-label`) does not count in the figures. */
export type ErrorCode = FailureCode | 'file-missing' | 'file-unreadable' | 'unknown-label' | 'browser-lost';

/** The part of a prediction that is evaluated. */
export interface EvaluatedPrediction {
  /** Code of the likeliest class. */
  readonly predicted: string;
  /** Calibrated, in the pack's class order, 0..1; under the prior of the run. */
  readonly probabilities: readonly number[];
  /** The same where all conditions are equally common; not written down in predictions.csv. */
  readonly likelihoods: readonly number[];
  /** Raw, in the pack's class order; not written down in predictions.csv. */
  readonly logits: readonly number[];
  /** 1 - the gate's probability of `none`. */
  readonly pLesion: number;
  readonly accepted: boolean;
  /** The likelier way in which the picture was taken, by the gate. */
  readonly domain: PictureDomain;
  /** The largest centred square, in pixels of the upright picture. */
  readonly crop: Crop;
  readonly quality: readonly string[];
  /** Codes of the prediction set. */
  readonly set: readonly string[];
  /** Ids of the operating points that are reached. */
  readonly flagged: readonly string[];
  /** With several views: how many, and those whose likeliest class is that of their mean. */
  readonly views?: { readonly count: number; readonly agree: number };
  /** From the file's bytes to the prediction, in the worker. */
  readonly milliseconds: number;
  readonly backend: string;
}

/** How an outline and an attention map compare with the outline that experts drew; shares, 0..1. */
export interface Overlap {
  readonly dice: number;
  readonly iou: number;
  /** Of the attention map's mass that lies inside of the experts' outline. */
  readonly attention: number;
}

export interface Outcome {
  readonly label: Label;
  readonly prediction?: EvaluatedPrediction;
  /** With the experts' outline, where there is one. */
  readonly overlap?: Overlap;
  /** Why there is none though the experts drew an outline. */
  readonly overlapError?: ErrorCode;
  readonly error?: ErrorCode;
}
