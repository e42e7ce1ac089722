import { asFailure, Failure } from '../../failure';

export type DraftState =
  | { readonly kind: 'untouched' | 'changed' | 'saving' | 'saved' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Milliseconds without a keystroke after which a note is saved. */
const pause = 600;

/** A note while it is being written: saves itself, one writing at a time, the last text always last. */
export class NoteDraft {
  readonly #write: (text: string, seen: string) => Promise<boolean>;
  #text = $state('');
  #state = $state.raw<DraftState>({ kind: 'untouched' });
  #stored: string;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;

  /**
   * @param write stores a text in the place of the one that was seen; false when there is nothing any more to
   * store it with
   */
  constructor(stored: string, write: (text: string, seen: string) => Promise<boolean>) {
    this.#text = stored;
    this.#stored = stored;
    this.#write = write;
  }

  get text(): string {
    return this.#text;
  }

  set text(text: string) {
    this.#text = text;
    this.#state = { kind: 'changed' };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), pause);
  }

  get state(): DraftState {
    return this.#state;
  }

  /** Takes over what was written in another tab, unless something is being written here. */
  adopt(stored: string): void {
    if (this.#text !== this.#stored || this.#writing) return;
    this.#stored = stored;
    this.#text = stored;
  }

  /** Writes this text although there is another one by now, which the person has seen. */
  insist(stored: string): Promise<void> {
    this.#stored = stored;
    return this.flush();
  }

  /** Gives this text up for the one that is stored. */
  yield(stored: string): void {
    clearTimeout(this.#timer);
    this.#stored = stored;
    this.#text = stored;
    this.#state = { kind: 'untouched' };
  }

  /** Saves now what has not been saved. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#writing ??= this.#save().finally(() => (this.#writing = undefined));
    return this.#writing;
  }

  async #save(): Promise<void> {
    try {
      while (this.#text !== this.#stored) {
        const text = this.#text;
        this.#state = { kind: 'saving' };
        // The visit is gone, and with it what there was to save.
        if (!(await this.#write(text, this.#stored))) return void (this.#state = { kind: 'untouched' });
        this.#stored = text;
      }
      if (this.#state.kind !== 'untouched') this.#state = { kind: 'saved' };
    } catch (thrown) {
      this.#state = { kind: 'failed', failure: asFailure(thrown) };
    }
  }
}
