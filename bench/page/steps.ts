/** What a worker is asked for the times of the single steps. */
export interface StepsRequest {
  /** Absolute address of the pack's folder, with a slash at the end. */
  readonly packUrl: string;
  readonly photo: Blob;
  readonly rounds: number;
  readonly warmUp: number;
}

/** Milliseconds of every counted round, by step. */
export type StepTimes = Readonly<Record<string, readonly number[]>>;

/** The step that opens a picture without following its file's data to their end. */
export const unchecked = 'the same, not checked for damage';
