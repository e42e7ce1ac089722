import { work, type Work } from './work.svelte';

/** What a person wants to do that would interrupt work. */
export type Interrupter = 'lock' | 'update';

/** Asks before something that a person wants interrupts the work in hand. */
export class Interruption {
  readonly #work: Pick<Work, 'inHand' | 'settled' | 'stopAll'>;
  #asked = $state.raw<{ readonly by: Interrupter; readonly answer: (goOn: boolean) => void }>();

  constructor(inHand: Pick<Work, 'inHand' | 'settled' | 'stopAll'>) {
    this.#work = inHand;
  }

  /** What the person is asked about just now. */
  get by(): Interrupter | undefined {
    return this.#asked?.by;
  }

  /**
   * Waits for what ends by itself, asks about the rest, and stops that if the person says so.
   * @returns whether the way is clear
   */
  async allowed(by: Interrupter): Promise<boolean> {
    if (this.#asked) return false;
    await this.#work.settled();
    if (this.#work.inHand.length === 0) return true;
    const goOn = await new Promise<boolean>((answer) => (this.#asked = { by, answer }));
    this.#asked = undefined;
    if (goOn) await this.#work.stopAll();
    return goOn;
  }

  answer(goOn: boolean): void {
    this.#asked?.answer(goOn);
  }
}

export const interruption = new Interruption(work);
