/** What a handler gets beside its argument. */
import type { CallName, Progress } from './protocol';

export interface CallContext<N extends CallName> {
  readonly signal: AbortSignal;
  /** The same for every call with the same picture; 0 where there is none. */
  readonly pictureId: number;
  readonly onProgress: (progress: Progress<N>) => void;
}
