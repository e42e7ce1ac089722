/**
 * A head that was learnt on this device: the last layer of a pack's network, fitted to what clinicians and
 * laboratories found. Everything else of the pack stays as it is.
 */

/** What names a head in a prediction. */
export interface HeadName {
  readonly id: string;
  /** Milliseconds of the epoch. */
  readonly createdAt: number;
}

/** By how much the head's numbers are read differently from the pack's: factors, 1 for no difference. */
export interface HeadCalibration {
  /** Of the temperature, by the domain of the picture; above 0. */
  readonly temperature: Readonly<Record<string, number>>;
  /** Of the threshold of the prediction set; above 0, at most 1: sets never become smaller. */
  readonly predictionSet: number;
  /** Of the alert levels, by id; above 0, at most 1: no level becomes laxer. */
  readonly alertLevels: Readonly<Record<string, number>>;
}

/** The weights of the last layer, and how its numbers are read. */
export interface HeadWeights {
  readonly pack: { readonly id: string; readonly version: string };
  /** `channels * conditions` values, the conditions of a channel together. */
  readonly kernel: Float32Array;
  /** One value a condition. */
  readonly bias: Float32Array;
  readonly calibration: HeadCalibration;
}

/** An update of another device that a head was merged from. */
export interface HeadSource {
  /** Of its file. */
  readonly name: string;
  /** The day of its export, an ISO date. */
  readonly day: string;
  /** That it learnt from. */
  readonly lesions: number;
  /** Whether it lies far from the others. */
  readonly outlier: boolean;
  /** Of the noise that was added before it was sent; absent without noise. */
  readonly epsilon?: number;
}

/** A head that is in use, or could be. */
export interface Head extends HeadWeights, HeadName {
  readonly report: LearningReport;
  /** Absent where it was learnt here. */
  readonly sources?: readonly HeadSource[];
}

/** A figure before and after learning, 0..1, with the 95 % interval of the difference. */
export interface Change {
  readonly before: number;
  readonly after: number;
  readonly low: number;
  readonly high: number;
}

/** Sensitivity and specificity at an alert level, 0..1; null where nothing could show it. */
export interface AtAlertLevel {
  readonly sensitivity: { readonly before: number; readonly after: number } | null;
  readonly specificity: { readonly before: number; readonly after: number } | null;
}

/** Why a head is not adopted. */
export type Refusal = 'corrections-not-better' | 'bank-worse' | 'sensitivity-lower';

/** What the guard found. Corrections are judged by heads that did not learn from their lesion. */
export interface LearningReport {
  readonly lesions: number;
  readonly pictures: number;
  /** Lesions by condition. */
  readonly conditions: Readonly<Record<string, number>>;
  /** Balanced accuracy on corrections that were held out, and on the half of the bank that was. */
  readonly corrections: Change;
  readonly bank: Change;
  /** At the first alert level. */
  readonly alert: { readonly corrections: AtAlertLevel; readonly bank: AtAlertLevel };
  /** Conditions of which the bank has few entries: it says little of them. */
  readonly fewInBank: readonly string[];
  /** Empty where the head is adopted. */
  readonly refusals: readonly Refusal[];
}
