/**
 * Work in hand: what a lock, a closed tab, an update of the app or a deletion would interrupt. Whoever does such
 * work holds a lease for as long as it lasts; whoever would interrupt it asks here first.
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
  | 'recovery-code';

export interface WorkTerms {
  readonly what: WorkKind;
  /** Stops the work; absent where it ends by itself within seconds and is waited for (a write, say). */
  readonly stop?: () => void;
  /** Whether something that cannot be had again is lost when it is stopped. */
  readonly lossIfStopped: boolean;
}

export interface Lease extends WorkTerms {
  /** The work is done, or was stopped. May be called more than once. */
  end(): void;
}

export class Work {
  readonly #leases = new SvelteSet<Lease>();

  /** What is being done, the oldest first. */
  get inHand(): readonly Lease[] {
    return [...this.#leases];
  }

  /** Takes a lease; whoever takes it ends it, also when the work fails. */
  hold(terms: WorkTerms): Lease {
    const lease: Lease = { ...terms, end: () => void this.#leases.delete(lease) };
    this.#leases.add(lease);
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
}

export const work = new Work();
