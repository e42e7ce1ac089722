import { readiness } from '../readiness.svelte';
import { settings } from '../settings.svelte';
import { work } from '../work/work.svelte';
import { DailyLook } from './daily-look';

const hour = 60 * 60 * 1000;

/** Starts the daily look for a newer model. Everything else goes before it. */
export function startDailyLook(): void {
  const look = (): Promise<unknown> => {
    const stop = new AbortController();
    // The self-test of what was found must not hold up a picture.
    const watching = $effect.root(() => {
      $effect(() => {
        if (work.inHand.length > 0) stop.abort();
      });
    });
    return readiness.update('stage', { background: true, signal: stop.signal }).finally(watching);
  };
  const daily = new DailyLook({
    isIdle: () =>
      readiness.ready !== undefined &&
      navigator.onLine &&
      document.visibilityState === 'visible' &&
      work.inHand.length === 0,
    lastLook: () => settings.modelLookedAt,
    remember: (time) => (settings.modelLookedAt = time),
    now: () => Date.now(),
    uptime: () => performance.now(),
    look,
  });
  const consider = (): void => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => void daily.consider());
    else setTimeout(() => void daily.consider());
  };
  readiness.prepare().then(
    ({ source, repaired }) => {
      // A pack that was just fetched from the host is the newest.
      if (source === 'network' && !repaired) settings.modelLookedAt = Date.now();
      consider();
    },
    () => undefined,
  );
  addEventListener('online', consider);
  document.addEventListener('visibilitychange', consider);
  setInterval(consider, hour / 2);
}
