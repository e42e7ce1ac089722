import { tick } from 'svelte';
import { record } from './record';
import { openTabChannel } from '../records/tab-channel';
import { settings } from './settings.svelte';
import { drafts } from './drafts/drafts.svelte';
import { interruption } from './work/interruption.svelte';
import { lossPatience, work } from './work/work.svelte';

/** Says at the start, before the record can be asked, whether there is a lock. Nothing personal. */
const hintKey = 'lentigo-locked';

/** How often the clock is looked at: a sleeping device runs no timer to its end. */
const lookEvery = 5_000;

const signsOfLife = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/**
 * - `open`: no passphrase is set
 * - `held`: the lock waits for work that it would interrupt; the lock page is shown, the key is still at hand
 * - `locking`: the pages are gone, the key is about to go
 */
type LockState = 'open' | 'locked' | 'unlocked' | 'held' | 'locking';

/** A lock that waits. */
interface Hold {
  readonly until: Date;
  /** Whether a sign of life ends it, as it would have put off the lock. */
  readonly byTime: boolean;
  readonly somebody: AbortController;
}

/**
 * Whether the record is locked, and when it locks itself. After a lock the page is loaded anew: whatever was
 * personal in its memory goes with it.
 *
 * Work in hand is not interrupted. "Lock now" asks the person about it. Where nobody can be asked (by time,
 * in the background, from another tab) the lock page stands there at once, and the key goes when the work has made
 * way, `lossPatience` and `writePatience` later at most; the passphrase ends the waiting. Pictures that were not read
 * yet are there again then; forms are kept as drafts.
 */
class Lock {
  #state = $state<LockState>(hinted() ? 'locked' : 'open');
  #hold = $state.raw<Hold>();
  #unconfirmed = $state(false);
  #way: Promise<boolean> | undefined;
  #active = Date.now();
  /** A person who works in one tab is not away in the others. */
  readonly #life = openTabChannel('lentigo-signs-of-life');

  get state(): LockState {
    return this.#state;
  }

  /** Whether a recovery code was shown that nobody has confirmed yet. */
  get unconfirmed(): boolean {
    return this.#unconfirmed;
  }

  /** The latest time of the waiting lock; undefined if none is waiting. */
  get until(): Date | undefined {
    return this.#hold?.until;
  }

  /** Whether the lock page stands in place of the pages. A recovery code on screen stays visible. */
  get covered(): boolean {
    return this.#state === 'held' && !codeInSight();
  }

  start(): void {
    record.lock.beforeShutting = () => this.#makeWay(false);
    record.onChange(({ kind }) => {
      if (kind === 'locked' && this.#opened)
        void record.lock.shut().then((shut) => shut && location.reload());
      // What goes on would write into the record that was just deleted.
      if (kind === 'cleared') void work.stopAll();
      if (kind === 'relocked' || kind === 'cleared') void this.refresh();
    });
    for (const sign of signsOfLife) {
      addEventListener(sign, () => this.#live(), { passive: true, capture: true });
    }
    this.#life.onmessage = () => (this.#active = Date.now());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden && settings.lockWhenHidden) void this.#lockUnasked(false);
      else this.#look();
    });
    setInterval(() => this.#look(), lookEvery);
    void this.refresh();
  }

  /** Reads the lock state from the record. A waiting lock keeps waiting. */
  async refresh(): Promise<void> {
    try {
      const { state, unconfirmed } = await record.lock.status();
      this.#unconfirmed = unconfirmed;
      if (this.#state === 'locking' || (this.#state === 'held' && state === 'unlocked')) return;
      this.#hold?.somebody.abort();
      this.#state = state;
      if (this.#state === 'open') localStorage.removeItem(hintKey);
      else localStorage.setItem(hintKey, 'yes');
      this.#active = Date.now();
    } catch {
      // Without storage there is nothing to lock.
    }
  }

  /** The record was opened by its person; a lock that waits is given up. */
  async opened(): Promise<void> {
    this.#hold?.somebody.abort();
    if (this.#state === 'held') this.#state = 'unlocked';
    await this.refresh();
  }

  /** Locks at once, or asks about what that would interrupt. */
  async lock(): Promise<void> {
    if (this.#state !== 'unlocked') return;
    if (await interruption.allowed('lock')) await record.lock.lock();
  }

  async #lockUnasked(byTime: boolean): Promise<void> {
    if (!this.#opened || this.#way) return;
    if (await this.#makeWay(byTime)) await record.lock.lock();
  }

  /** Brings all work to its end, then takes the pages away, so that what they have not saved yet is saved. */
  #makeWay(byTime: boolean): Promise<boolean> {
    this.#way ??= this.#wait(byTime).finally(() => (this.#way = undefined));
    return this.#way;
  }

  async #wait(byTime: boolean): Promise<boolean> {
    if (work.inHand.length > 0) {
      const somebody = new AbortController();
      this.#hold = { until: new Date(Date.now() + lossPatience), byTime, somebody };
      if (this.#state === 'unlocked') this.#state = 'held';
      const free = await work.makeWay(somebody.signal);
      this.#hold = undefined;
      if (!free) return false;
    }
    // What saves itself is saved; what is typed and not saved is sealed, and stands in its form after the unlocking.
    await drafts.settle();
    // A disk without room must not keep the record open.
    await drafts.seal().catch(() => undefined);
    // No question may keep it open.
    drafts.forget();
    this.#state = 'locking';
    await tick();
    await work.settled();
    work.abandon();
    return true;
  }

  /** Whether the key is at hand: also while the lock page shows a new recovery code. */
  get #opened(): boolean {
    return this.#state !== 'open' && (this.#state !== 'locked' || codeInSight());
  }

  #live(): void {
    const now = Date.now();
    if (now - this.#active > lookEvery) this.#life.postMessage('here');
    this.#active = now;
    if (this.#hold?.byTime && this.#state === 'held' && !this.covered) void this.opened();
  }

  #look(): void {
    const minutes = settings.lockAfterMinutes;
    if (minutes > 0 && Date.now() - this.#active >= minutes * 60_000) void this.#lockUnasked(true);
  }
}

function codeInSight(): boolean {
  return work.inHand.some(({ what }) => what === 'recovery-code');
}

function hinted(): boolean {
  try {
    return localStorage.getItem(hintKey) !== null;
  } catch {
    return false;
  }
}

export const lock = new Lock();
