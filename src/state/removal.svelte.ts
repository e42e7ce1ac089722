import type { Removal } from '../records/repository';

/** How long a deletion can be taken back, in milliseconds. */
const patience = 10_000;

/** What was deleted last, for as long as it can be taken back. */
class LastRemoval {
  #removal = $state.raw<Removal>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  get current(): Removal | undefined {
    return this.#removal;
  }

  offer(removal: Removal): void {
    clearTimeout(this.#timer);
    this.#removal = removal;
    this.#timer = setTimeout(() => this.dismiss(), patience);
  }

  async undo(): Promise<void> {
    const removal = this.#removal;
    this.dismiss();
    await removal?.undo();
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.#removal = undefined;
  }
}

export const lastRemoval = new LastRemoval();
