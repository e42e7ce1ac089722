/** A page that takes what is dropped on it itself; without one, dropped files are pictures to check. */
interface DropTaker {
  /** What a drop does here, shown while something hovers over the page. */
  readonly words: string;
  readonly take: (transfer: DataTransfer) => void;
}

class DropClaim {
  #taker = $state.raw<DropTaker>();

  get taker(): DropTaker | undefined {
    return this.#taker;
  }

  /** @returns what ends the claim */
  claim(taker: DropTaker): () => void {
    this.#taker = taker;
    return () => {
      if (this.#taker === taker) this.#taker = undefined;
    };
  }
}

export const dropClaim = new DropClaim();
