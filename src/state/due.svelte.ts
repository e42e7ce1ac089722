import { isoDay } from '../course/calendar';
import { urgencyOf } from '../course/due';
import { record } from '../records/repository';
import { navigation } from './navigation.svelte';
import { settings } from './settings.svelte';

/** How many checks are due, for the notice at the start and for a notification of the device. */
class Due {
  #days = $state.raw<readonly string[]>([]);
  #today = $state(isoDay());
  /** The day on which the person closed the notice. */
  #seen = $state<string>();
  #started = false;

  get count(): number {
    return this.#days.filter((day) => urgencyOf(day, this.#today) === 'due').length;
  }

  /** Whether to speak of it: until the person has seen it today. */
  get unseen(): boolean {
    return this.count > 0 && this.#seen !== this.#today;
  }

  dismiss(): void {
    this.#seen = this.#today;
  }

  /** Begins to watch. Called when the record is open. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    record.onChange((change) => {
      if (!('of' in change) || change.of !== 'examination') void this.#look();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#today = isoDay();
    });
    // From the notification, through the service worker.
    if ('serviceWorker' in navigator) {
      navigator.serviceWorker.addEventListener(
        'message',
        ({ data }: MessageEvent<{ type?: unknown } | null>) => {
          if (data?.type === 'SHOW_DUE') navigation.go({ page: 'due' });
        },
      );
    }
    void this.#look().then(() => this.#notify());
  }

  async #look(): Promise<void> {
    try {
      this.#days = await record.lesions.nextChecks();
    } catch {
      // Locked, or no storage: there is nothing to remind of.
      this.#days = [];
    }
  }

  async #notify(): Promise<void> {
    if (this.count === 0 || !settings.notifyDue || settings.notifiedOn === this.#today) return;
    const { notifyDue } = await import('./due-notification');
    if (await notifyDue(this.count)) settings.notifiedOn = this.#today;
  }
}

export const due = new Due();
