import { asFailure, type Failure } from '../../failure';

/** Something that takes a while, tells how far it is, and can be stopped. */
export class Task {
  #stop: AbortController | undefined;
  #share = $state(0);
  #running = $state(false);
  #failure = $state.raw<Failure>();

  /** 0..1 */
  get share(): number {
    return this.#share;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Why the last one did not come to its end; stopping it is no failure. */
  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** What `work` gives; undefined where it failed or was stopped. */
  async run<T>(
    work: (signal: AbortSignal, tell: (share: number) => void) => Promise<T>,
  ): Promise<T | undefined> {
    this.stop();
    const stop = new AbortController();
    this.#stop = stop;
    this.#share = 0;
    this.#running = true;
    this.#failure = undefined;
    try {
      return await work(stop.signal, (share) => {
        if (this.#stop === stop) this.#share = share;
      });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (this.#stop === stop && failure.code !== 'aborted') this.#failure = failure;
      return undefined;
    } finally {
      if (this.#stop === stop) this.#running = false;
    }
  }

  stop(): void {
    this.#stop?.abort();
  }
}
