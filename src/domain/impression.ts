/** What the clinician thinks of a lesion before the result is shown, kept to be compared with it. */

/** From the least to the most worrying, with "unsure" between. */
export const impressionViews = ['benign', 'unsure', 'suspicious'] as const;

export type ImpressionView = (typeof impressionViews)[number];

/** Three steps: what a person can tell apart of their own certainty, and answer with one tap. */
export const confidences = ['low', 'medium', 'high'] as const;

export type Confidence = (typeof confidences)[number];

export interface Impression {
  readonly view: ImpressionView;
  /** A condition's code; null where none was named. */
  readonly code: string | null;
  /** Null where it was not said. */
  readonly confidence: Confidence | null;
  /** Milliseconds of the epoch. */
  readonly writtenAt: number;
  /** Whether it was written or changed when the result had been seen: then it cannot be compared with it. */
  readonly afterResult: boolean;
}
