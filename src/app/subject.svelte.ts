import { record } from '../records/record';

/** The lesion that the next pictures are of, when the person came from its page. */
class ChosenLesion {
  #id = $state<string>();

  constructor() {
    record.onChange((change) => {
      if (change.kind === 'cleared') this.#id = undefined;
      if (change.kind === 'removed' && this.#id !== undefined && change.ids.includes(this.#id))
        this.#id = undefined;
    });
  }

  get id(): string | undefined {
    return this.#id;
  }

  choose(id: string | undefined): void {
    this.#id = id;
  }
}

export const chosenLesion = new ChosenLesion();
