import { m } from '../i18n/paraglide/messages.js';
import type { Removal, Undoable } from '../records/record';

/** How long something can be taken back, in milliseconds. */
const patience = 10_000;

interface Offer {
  /** What was done. */
  readonly words: string;
  readonly what: Undoable;
}

/** What was deleted or merged last, for as long as it can be taken back. */
class LastRemoval {
  #offer = $state.raw<Offer>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What was done, in words; undefined when nothing can be taken back. */
  get words(): string | undefined {
    return this.#offer?.words;
  }

  offer(removal: Removal): void {
    this.#show({ words: m.undo_deleted({ examinations: removal.examinations }), what: removal });
  }

  offerMerge(what: Undoable): void {
    this.#show({ words: m.undo_merged(), what });
  }

  async undo(): Promise<void> {
    const offer = this.#offer;
    this.dismiss();
    await offer?.what.undo();
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#offer = undefined;
  }

  #show(offer: Offer): void {
    clearTimeout(this.#timer);
    this.#offer = offer;
    this.#timer = setTimeout(() => this.dismiss(), patience);
  }
}

export const lastRemoval = new LastRemoval();
