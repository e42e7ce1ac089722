import { afterEach, expect, it, vi } from 'vitest';
import { removeTraces } from './traces';

afterEach(() => vi.unstubAllGlobals());

it('are shared pictures and notifications, and both go', async () => {
  const names = new Set(['shared-pictures', 'workbox-precache']);
  vi.stubGlobal('caches', { delete: (name: string) => Promise.resolve(names.delete(name)) });
  const close = vi.fn();
  const registration = { getNotifications: () => Promise.resolve([{ close }, { close }]) };
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: () => Promise.resolve(registration) } });
  await removeTraces();
  // The app itself stays, to start without a network.
  expect([...names]).toEqual(['workbox-precache']);
  expect(close).toHaveBeenCalledTimes(2);
});

it('are none where the browser has neither', async () => {
  vi.stubGlobal('navigator', {});
  await expect(removeTraces()).resolves.toBeUndefined();
});
