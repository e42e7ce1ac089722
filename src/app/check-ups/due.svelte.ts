import { SvelteMap } from 'svelte/reactivity';
import { isoDay } from '../../domain/calendar/calendar';
import { dueState } from '../../domain/calendar/check-ups';
import type { RecordChange } from '../../records/changes';
import { record } from '../record';
import { navigation } from '../router.svelte';
import { settings } from '../settings.svelte';

/** How many checks are due, for the notice at the start and for a notification of the device. */
class Due {
  /** Days of the next checks by lesion. */
  readonly #days = new SvelteMap<string, string>();
  #today = $state(isoDay());
  /** The day on which the person closed the notice. */
  #seen = $state<string>();
  #started = false;

  get count(): number {
    return [...this.#days.values()].filter((day) => dueState(day, this.#today) === 'due').length;
  }

  /** Whether to show the notice: until the person has seen it today. */
  get unseen(): boolean {
    return this.count > 0 && this.#seen !== this.#today;
  }

  dismiss(): void {
    this.#seen = this.#today;
  }

  /** Starts watching. Called when the record is open. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    record.onChange((change) => void this.#follow(change));
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

  async #follow(change: RecordChange): Promise<void> {
    if (!('of' in change)) {
      this.#days.clear();
      await this.#look();
    } else if (change.of === 'lesion') {
      if (change.kind !== 'removed') await this.#look(change.ids);
      else for (const id of change.ids) this.#days.delete(id);
    }
  }

  /** Reads the days of these lesions, or of all. */
  async #look(ids?: readonly string[]): Promise<void> {
    try {
      const found = await record.lesions.nextChecks(ids);
      for (const id of ids ?? []) this.#days.delete(id);
      for (const [id, day] of found) this.#days.set(id, day);
    } catch {
      // Locked, or no storage: there is nothing to remind of.
      this.#days.clear();
    }
  }

  async #notify(): Promise<void> {
    if (this.count === 0 || !settings.notifyDue || settings.notifiedOn === this.#today) return;
    const { notifyDue } = await import('./notification');
    if (await notifyDue(this.count)) settings.notifiedOn = this.#today;
  }
}

export const due = new Due();
