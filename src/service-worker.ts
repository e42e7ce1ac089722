/**
 * Keeps the app's own files, so that it starts without a network, and takes in what other apps share with it.
 * The model pack is not kept here: it lives in IndexedDB, checked against its hashes.
 */
import { clientsClaim, setCacheNameDetails } from 'workbox-core';
import {
  addPlugins,
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
  type PrecacheEntry,
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { CacheFirst, StaleWhileRevalidate } from 'workbox-strategies';
import { isolated } from './app/device/isolation';
import { layShared, sharedIn } from './app/device/shared-files';

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: PrecacheEntry[] };

const shareTarget = new URL('share-target', self.registration.scope);

// A new name: what earlier versions kept has no such headers, and an isolated page refuses workers without them.
setCacheNameDetails({ precache: 'precache-isolated' });
cleanupOutdatedCaches();
const isolating = {
  fetchDidSucceed: ({ response }: { response: Response }) => Promise.resolve(isolated(response)),
};
addPlugins([isolating]);

const files = self.__WB_MANIFEST;
// What reading and the record do not need: that one of these is missing must not keep the app from working offline.
const extras = files.filter((entry) => isExtra(addressOf(entry)));
precacheAndRoute(files.filter((entry) => !extras.includes(entry)));
const extrasStrategy = new StaleWhileRevalidate({ cacheName: 'lentigo-extras', plugins: [isolating] });
const extraAddresses = new Set(
  extras.map((entry) => new URL(addressOf(entry), self.registration.scope).href),
);
registerRoute(({ url }) => extraAddresses.has(url.href), extrasStrategy);
// For choosing a passphrase, which few do twice: fetched then, and kept. Their names change with what is in them.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && /\/assets\/dictionaries-[^/]+\.js$/.test(url.pathname),
  new CacheFirst({ cacheName: 'lentigo-extras' }),
);
self.addEventListener('install', (event) => {
  const request = [...extraAddresses].map((address) => {
    const [answer, done] = extrasStrategy.handleAll({
      event,
      request: new Request(address, { cache: 'reload' }),
    });
    return Promise.allSettled([answer, done]);
  });
  event.waitUntil(Promise.all(request));
});

// Kept by whoever has used it: a hash is in its name, so that it never changes.
const usedOnce = new CacheFirst({
  cacheName: 'lentigo-used-once',
  plugins: [isolating],
});
registerRoute(
  ({ url, sameOrigin }) =>
    sameOrigin && /\/assets\/(webgpu-|foreign[.-]|libheif-)[^/]*\.(js|wasm)$/.test(url.pathname),
  usedOnce,
);

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

function addressOf(entry: PrecacheEntry | string): string {
  return typeof entry === 'string' ? entry : entry.url;
}

/** Icons, licences, the sample picture. */
function isExtra(address: string): boolean {
  return /^(icons|sample)\/|\.txt$/.test(address);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
