import type { Workbox } from 'workbox-window';
import { interruption } from '../work/interruption.svelte';
import { work } from '../work/work.svelte';

/**
 * - `none`: this is the newest version known
 * - `ready`: a newer one is on the device and waits
 * - `applying`: the person asked for it; the page loads again when it has taken over
 * - `replaced`: another tab has asked for it; this page still runs the older one
 */
type UpdateState = 'none' | 'ready' | 'applying' | 'replaced';

const hour = 60 * 60 * 1000;

/** The service worker of the app and its next version. Never reloads the page unasked. */
class AppUpdate {
  #state = $state<UpdateState>('none');
  #keptOffline = $state(false);
  #workbox: Workbox | undefined;
  #checked = Date.now();

  get state(): UpdateState {
    return this.#state;
  }

  /** Whether the app itself is on the device, so that it starts without a network. */
  get keptOffline(): boolean {
    return this.#keptOffline;
  }

  /** Registers the service worker. Does nothing where there is none (development, private windows). */
  async start(): Promise<void> {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    try {
      const { Workbox } = await import('workbox-window');
      await this.#register(new Workbox('./service-worker.js'));
    } catch {
      // Forbidden here, or the host is out of reach: the app runs as a plain page.
    }
  }

  async #register(workbox: Workbox): Promise<void> {
    this.#workbox = workbox;
    // Without a controller at the start this page came from the host: what takes it over first replaces nothing.
    const first = !navigator.serviceWorker.controller;
    workbox.addEventListener('waiting', () => (this.#state = 'ready'));
    workbox.addEventListener('controlling', ({ isUpdate, isExternal }) => {
      if (this.#state === 'applying') void work.settled().then(() => location.reload());
      else if (!first && (isUpdate === true || isExternal === true)) this.#state = 'replaced';
    });
    document.addEventListener('visibilitychange', () => this.#check());
    void navigator.serviceWorker.ready.then(() => (this.#keptOffline = true));
    await workbox.register({ immediate: true });
  }

  /** Switches to the version that waits; the page loads again. Asks about work that this would interrupt. */
  async apply(): Promise<void> {
    if (!(await interruption.allowed('update'))) return;
    if (this.#state === 'replaced') location.reload();
    if (this.#state !== 'ready') return;
    this.#state = 'applying';
    this.#workbox?.messageSkipWaiting();
  }

  /** An installed app may stay open for days: it asks again when it comes back to the front. */
  #check(): void {
    if (document.visibilityState !== 'visible' || Date.now() - this.#checked < hour) return;
    this.#checked = Date.now();
    // Without a network there is nothing to check.
    this.#workbox?.update().catch(() => undefined);
  }
}

export const appUpdate = new AppUpdate();
