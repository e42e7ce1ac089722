import type { Frame, Size } from '../image/frame';
import type { Reading } from '../model/reading';

/** Where the picture came from. */
export type PictureSource = 'file' | 'camera' | 'shared' | 'sample';

/** What is known of every record, whole or damaged: the only two things kept in the clear. */
export interface ExaminationKey {
  readonly id: string;
  readonly createdAt: Date;
}

/** What the list needs of an examination; cheap to decrypt. */
export interface ExaminationSummary extends ExaminationKey {
  readonly damaged: false;
  readonly source: PictureSource;
  /** Code of the likeliest class and its calibrated probability, 0..1. */
  readonly top: string;
  readonly probability: number;
  readonly accepted: boolean;
  /** Whether the screening operating point was reached. */
  readonly flagged: boolean;
  readonly hasNote: boolean;
  readonly thumbnail: Blob;
}

/** A record that can no longer be decrypted or understood; all that can be done is to delete it. */
export interface DamagedExamination extends ExaminationKey {
  readonly damaged: true;
}

/** One picture, its reading and what the person wrote to it. */
export interface Examination extends ExaminationSummary {
  readonly reading: Reading;
  readonly note: string;
  /** Upright, without metadata. */
  readonly picture: Blob;
  readonly size: Size;
  /** The classified square in pixels of `picture`. */
  readonly frame: Frame;
}

export interface NewExamination {
  readonly source: PictureSource;
  readonly reading: Reading;
  readonly picture: Blob;
  readonly thumbnail: Blob;
  readonly size: Size;
  readonly frame: Frame;
}
