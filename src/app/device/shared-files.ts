/**
 * Files on their way from another app to the page. The service worker takes them from the
 * system's POST and stores them here; the page picks them up once, which removes them.
 */
const cacheName = 'shared-pictures';

/** Files in the multipart form, whose fields the web app manifest names; text that was shared counts as one. */
export function sharedIn(form: FormData): File[] {
  const entries = [...form.getAll('pictures'), ...form.getAll('files')];
  const files = entries.filter((entry) => entry instanceof File);
  const text = form.get('text');
  if (files.length === 0 && typeof text === 'string' && text.trim() !== '') {
    files.push(new File([text], '', { type: 'text/plain' }));
  }
  return files;
}

/** Stores `files`, replacing any that were not picked up. */
export async function layShared(files: readonly File[]): Promise<void> {
  await caches.delete(cacheName);
  const cache = await caches.open(cacheName);
  // One after the other: the cache gives them back in the order in which they came.
  for (const [index, file] of files.entries()) {
    const headers = { 'Content-Type': file.type, 'X-Name': encodeURIComponent(file.name) };
    await cache.put(`./shared/${index}`, new Response(file, { headers }));
  }
}

/** Removes files that were not picked up. */
export async function dropSharedPictures(): Promise<void> {
  await caches.delete(cacheName);
}

/** Returns the stored files in order, and removes them. */
export async function takeShared(): Promise<File[]> {
  if (!(await caches.has(cacheName))) return [];
  const cache = await caches.open(cacheName);
  const requests = await cache.keys();
  const files = await Promise.all(
    requests.map(async (request) => {
      const response = await cache.match(request);
      if (!response) return [];
      const name = decodeURIComponent(response.headers.get('X-Name') ?? '');
      const type = response.headers.get('Content-Type') ?? '';
      return [new File([await response.blob()], name, { type })];
    }),
  );
  await caches.delete(cacheName);
  return files.flat();
}
