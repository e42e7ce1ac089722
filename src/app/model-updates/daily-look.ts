/** Looks for a newer model once a day, when nothing else is done; never in the way of anything. */
import { asFailure } from '../../failure';

const hour = 60 * 60 * 1000;
const day = 24 * hour;

/** What the daily look depends on. */
export interface Surroundings {
  /** Whether the model is ready, the page is seen, there is a network, and no work is in hand. */
  readonly isIdle: () => boolean;
  /** When the host last answered, milliseconds of the epoch by the device's clock; 0 for never. */
  readonly lastLook: () => number;
  readonly remember: (time: number) => void;
  /** Milliseconds of the epoch. */
  readonly now: () => number;
  /** Milliseconds that a change of the clock does not touch. */
  readonly uptime: () => number;
  /** Looks, and keeps what is found for the next start. */
  readonly look: () => Promise<unknown>;
}

/** Whether a day has passed. A last look in the future only means that the clock was wrong. */
export function isDue(lastLook: number, now: number): boolean {
  return lastLook > now || now - lastLook >= day;
}

export class DailyLook {
  readonly #around: Surroundings;
  /** By `uptime`. */
  #tried: number | undefined;
  #looking = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Looks where it is time to and nothing is in the way; one that failed is tried again after an hour. */
  async consider(): Promise<void> {
    const { isIdle, lastLook, now, uptime, look, remember } = this.#around;
    if (this.#looking || !isDue(lastLook(), now()) || !isIdle()) return;
    if (this.#tried !== undefined && uptime() - this.#tried < hour) return;
    this.#tried = uptime();
    this.#looking = true;
    try {
      await look();
      remember(now());
    } catch (thrown) {
      const { code } = asFailure(thrown);
      // Stopped for something else: it goes on when that is done.
      if (code === 'aborted') this.#tried = undefined;
      // A model that is damaged or does not fit will not be better within the hour.
      else if (code !== 'pack-offline' && code !== 'pack-portal') remember(now());
    } finally {
      this.#looking = false;
    }
  }
}
