/**
 * Keeps the app's own files, so that it starts without a network, and takes in what other apps share with it.
 * The model pack is not kept here: it lives in IndexedDB, checked against its hashes.
 */
import { clientsClaim } from 'workbox-core';
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { layShared, sharedIn } from './app/device/shared-files';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: PrecacheEntry[] };

const shareTarget = new URL('share-target', self.registration.scope);

cleanupOutdatedCaches();
precacheAndRoute(self.__WB_MANIFEST);

// The one document of the app, whatever stands behind `?`. Other addresses are the host's own.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('index.html'), {
    allowlist: [self.registration.scope, shareTarget.href].map(
      (address) => new RegExp(`^${escaped(new URL(address).pathname)}(\\?|$)`),
    ),
  }),
);

registerRoute(
  ({ url }) => url.pathname === shareTarget.pathname,
  async ({ request }) => {
    const form = await request.formData();
    const outcome = await layShared(sharedIn(form)).then(
      () => 'yes',
      () => 'failed',
    );
    return Response.redirect(new URL(`./?shared=${outcome}#/`, self.registration.scope).href, 303);
  },
  'POST',
);

// The first start takes the page at once. A later version waits until the person asks for it.
clientsClaim();
self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting();
});

// The notification that a check is due leads to the list of checks.
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openDue());
});

async function openDue(): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const [open] = windows;
  const address = new URL('./#/due', self.registration.scope).href;
  if (!open) await self.clients.openWindow(address);
  else {
    await open.focus();
    open.postMessage({ type: 'SHOW_DUE' });
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
