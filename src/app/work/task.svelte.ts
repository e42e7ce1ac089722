import { asFailure, type Failure } from '../../failure';
import { work, type WorkKind } from './work.svelte';

/**
 * A longer task of a form, with progress, that can be stopped. It is work in hand for as
 * long as it runs. Stopping it loses nothing: it can be done again, or goes on where it stopped.
 */
export class Task {
  readonly #what: WorkKind;
  readonly #onPage: boolean;
  #stop: AbortController | undefined;
  #share = $state(0);
  #running = $state(false);
  #failure = $state.raw<Failure>();

  /** @param onPage whether it ends with the page that it was begun on */
  constructor(what: WorkKind, { onPage = true } = {}) {
    this.#what = what;
    this.#onPage = onPage;
  }

  /** 0..1 */
  get share(): number {
    return this.#share;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Why the last task failed; stopping it is not a failure. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What `doing` gives; undefined where it failed or was stopped. */
  async run<T>(
    doing: (signal: AbortSignal, tell: (share: number) => void) => Promise<T>,
  ): Promise<T | undefined> {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.#share = 0;
    this.#running = true;
    this.#failure = undefined;
    const lease = work.hold({
      what: this.#what,
      stop: () => stop.abort(),
      lossIfStopped: false,
      onPage: this.#onPage,
      share: () => (this.#stop === stop ? this.#share : 0),
    });
    try {
      return await doing(stop.signal, (share) => {
        if (this.#stop === stop) this.#share = share;
      });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (this.#stop === stop && failure.code !== 'aborted') this.#failure = failure;
      return undefined;
    } finally {
      lease.end();
      if (this.#stop === stop) this.#running = false;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }
}
