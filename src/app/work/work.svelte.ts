/**
 * Work in hand: what a lock, a closed tab, an update of the app or a deletion would interrupt. Code that does such
 * work holds a lease while it runs; code that would interrupt it asks here first.
 */
import { SvelteSet } from 'svelte/reactivity';

export type WorkKind =
  | 'queue'
  | 'unread-pictures'
  | 'save'
  | 'backup'
  | 'restore'
  | 'export'
  | 'shrink'
  | 'model-update'
  | 'learning'
  | 'reread'
  | 'model-check'
  | 'recovery-code';

export interface WorkTerms {
  readonly what: WorkKind;
  /** Stops the work; absent where it ends by itself within seconds and is waited for (a write, say). */
  readonly stop?: () => void;
  /** Whether something that cannot be had again is lost when it is stopped. */
  readonly lossIfStopped: boolean;
  /** Whether it ends when its page is left; the person is asked before. */
  readonly onPage?: boolean;
  /** How much is done, 0..1; absent where that is not known. */
  readonly share?: () => number;
}

export interface Lease extends WorkTerms {
  /** The work is done, or was stopped. May be called more than once. */
  end(): void;
}

/**
 * How long a write is waited for, in milliseconds. One that takes longer hangs; IndexedDB keeps all of a
 * transaction or nothing of it.
 */
export const writePatience = 60_000;

/** How long an unattended lock waits for work that would lose something, in milliseconds. */
export const lossPatience = 10 * 60_000;

export class Work {
  readonly #leases = new SvelteSet<Lease>();
  readonly #stopped = new WeakSet<Lease>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing on the screen depends on it
  readonly #waiting = new Set<() => void>();

  /** What is being done, the oldest first. */
  get inHand(): readonly Lease[] {
    return [...this.#leases];
  }

  /** Whether leaving the page would stop something. */
  get onPage(): boolean {
    return this.inHand.some(({ onPage }) => onPage);
  }

  /** Takes a lease. The caller must end it, also when the work fails. */
  hold(terms: WorkTerms): Lease {
    const lease: Lease = {
      ...terms,
      end: () => {
        if (this.#leases.delete(lease)) this.#tell();
      },
    };
    this.#leases.add(lease);
    this.#tell();
    return lease;
  }

  /** Holds a lease for as long as `doing` takes. */
  async during<T>(terms: WorkTerms, doing: () => Promise<T>): Promise<T> {
    const lease = this.hold(terms);
    try {
      return await doing();
    } finally {
      lease.end();
    }
  }

  /** Waits for what ends by itself. False when it did not within `patience`. */
  settled(patience = writePatience): Promise<boolean> {
    return this.#until(() => this.inHand.some(({ stop }) => stop === undefined), patience);
  }

  /** Holds a lease, stops everything else, and does then what must not be disturbed. */
  async alone<T>(terms: WorkTerms, doing: () => Promise<T>): Promise<T> {
    const mine = this.hold(terms);
    try {
      const others = (lease: Lease): boolean => lease !== mine;
      await this.#until(() => {
        this.#stop(others);
        return this.inHand.some(others);
      }, writePatience);
      return await doing();
    } finally {
      mine.end();
    }
  }

  /** Stops everything, also what is begun meanwhile. False when something did not end within `patience`. */
  stopAll(patience = writePatience): Promise<boolean> {
    return this.#until(() => {
      this.#stop(() => true);
      return this.#leases.size > 0;
    }, patience);
  }

  /**
   * Makes way where nobody can be asked. What loses nothing is stopped, what ends by itself is waited for, and
   * what would lose something may go on for `patience`; then it is stopped as well.
   * @param signal gives up: somebody is there after all
   * @returns whether nothing is in hand any more; false when given up
   */
  async makeWay(signal: AbortSignal, patience = lossPatience): Promise<boolean> {
    const abort = (): void => this.#tell();
    signal.addEventListener('abort', abort, { once: true });
    await this.#until(() => {
      if (signal.aborted) return false;
      this.#stop(({ lossIfStopped }) => !lossIfStopped);
      return this.#leases.size > 0;
    }, patience);
    signal.removeEventListener('abort', abort);
    if (signal.aborted) return false;
    await this.stopAll();
    return true;
  }

  /** Lets go of what does not end. */
  abandon(): void {
    this.#leases.clear();
    this.#tell();
  }

  #stop(which: (lease: Lease) => boolean): void {
    for (const lease of this.#leases) {
      if (!lease.stop || this.#stopped.has(lease) || !which(lease)) continue;
      this.#stopped.add(lease);
      lease.stop();
    }
  }

  /** Waits for as long as `goesOn` says so. False when `patience` was over before. */
  async #until(goesOn: () => boolean, patience: number): Promise<boolean> {
    const end = Date.now() + patience;
    for (;;) {
      // What follows on work that has just ended takes its own lease first.
      await new Promise((resolve) => setTimeout(resolve));
      if (!goesOn()) return true;
      const left = end - Date.now();
      if (left <= 0) return false;
      await this.#change(left);
    }
  }

  /** Waits for a lease to begin or end, no longer than so many milliseconds. */
  #change(patience: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, patience);
      this.#waiting.add(done);
    });
  }

  #tell(): void {
    for (const done of [...this.#waiting]) done();
  }
}

export const work = new Work();

/** Makes the browser ask before the window is closed or reloaded during work in hand. */
export function guardClosing(): void {
  addEventListener('beforeunload', (event) => {
    if (work.inHand.length > 0) event.preventDefault();
  });
}
