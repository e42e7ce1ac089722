import { tick } from 'svelte';
import { record } from '../records/record';
import { settings } from './settings.svelte';
import { unsaved } from './unsaved';

/** Says at the start, before the record can be asked, whether there is a lock. Nothing personal. */
const hintKey = 'lentigo-locked';

/** How often the clock is looked at: a sleeping device runs no timer to its end. */
const lookEvery = 5_000;

const signsOfLife = ['pointerdown', 'keydown', 'wheel', 'touchmove'] as const;

/**
 * Whether the record is locked, and when it locks itself. After a lock the page is loaded anew: whatever was
 * personal in its memory goes with it.
 */
class Lock {
  #state = $state<'open' | 'locked' | 'unlocked' | 'locking'>(hinted() ? 'locked' : 'open');
  #active = Date.now();

  get state(): 'open' | 'locked' | 'unlocked' | 'locking' {
    return this.#state;
  }

  start(): void {
    record.onChange(({ kind }) => {
      if (kind === 'locked') {
        // No question may keep it open.
        unsaved.forget();
        location.reload();
      }
      if (kind === 'relocked' || kind === 'cleared') void this.refresh();
    });
    for (const sign of signsOfLife) {
      addEventListener(sign, () => (this.#active = Date.now()), { passive: true, capture: true });
    }
    document.addEventListener('visibilitychange', () => {
      if (document.hidden && settings.lockWhenHidden) void this.lock();
      else this.#look();
    });
    setInterval(() => this.#look(), lookEvery);
    void this.refresh();
  }

  /** Asks the record how it stands. */
  async refresh(): Promise<void> {
    try {
      this.#state = (await record.lock.status()).state;
      if (this.#state === 'open') localStorage.removeItem(hintKey);
      else localStorage.setItem(hintKey, 'yes');
      this.#active = Date.now();
    } catch {
      // Without storage there is nothing to lock.
    }
  }

  /** Locks at once. Pages are taken away first, so that what they have not saved yet is saved. */
  async lock(): Promise<void> {
    if (this.#state !== 'unlocked') return;
    this.#state = 'locking';
    await tick();
    await record.lock.lock();
    location.reload();
  }

  #look(): void {
    const minutes = settings.lockAfterMinutes;
    if (minutes > 0 && Date.now() - this.#active >= minutes * 60_000) void this.lock();
  }
}

function hinted(): boolean {
  try {
    return localStorage.getItem(hintKey) !== null;
  } catch {
    return false;
  }
}

export const lock = new Lock();
