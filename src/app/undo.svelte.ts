import { countsOf } from '../i18n/counts';
import { m } from '../i18n/paraglide/messages.js';
import { asFailure, type Failure } from '../failure';
import type { Removal, Undoable } from '../records/record';

/** How long something can be undone, in milliseconds; the texts that ask before a deletion say the same. */
export const patience = 60_000;

/** What was deleted or merged last, and the state of its undo. */
type Offer =
  | { readonly kind: 'open'; readonly words: string }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** It cannot be undone any more. */
  | { readonly kind: 'impossible' };

/** What was deleted or merged last, for as long as it can be undone or until the person closes it. */
class LastRemoval {
  #what: Undoable | undefined;
  #undoing: Promise<void> | undefined;
  #offer = $state.raw<Offer>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get offered(): Offer | undefined {
    return this.#offer;
  }

  offer(removal: Removal): void {
    const { patients, lesions, visits: visits } = removal;
    this.#show(m.undo_deleted({ contents: countsOf({ patients, lesions, visits }) }), removal);
  }

  offerMerge(what: Undoable): void {
    this.#show(m.undo_merged(), what);
  }

  /** @param words what was done */
  offerOther(words: string, what: Undoable): void {
    this.#show(words, what);
  }

  /** Never rejects: `offered` has the outcome, and a failed undo can be tried again without a time limit. */
  undo(): Promise<void> {
    this.#undoing ??= this.#undo().finally(() => (this.#undoing = undefined));
    return this.#undoing;
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#what = undefined;
    this.#offer = undefined;
  }

  async #undo(): Promise<void> {
    const what = this.#what;
    clearTimeout(this.#timer);
    let outcome: Offer | undefined;
    try {
      if (what && !(await what.undo())) outcome = { kind: 'impossible' };
    } catch (thrown) {
      outcome = { kind: 'failed', failure: asFailure(thrown) };
    }
    // Something else may have been deleted meanwhile.
    if (this.#what !== what) return;
    this.dismiss();
    if (outcome?.kind === 'failed') this.#what = what;
    this.#offer = outcome;
  }

  #show(words: string, what: Undoable): void {
    clearTimeout(this.#timer);
    this.#what = what;
    this.#offer = { kind: 'open', words };
    this.#timer = setTimeout(() => this.dismiss(), patience);
  }
}

export const lastRemoval = new LastRemoval();
