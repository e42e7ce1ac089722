/** Counts the object URLs of a page that are alive. */
import type { Page } from 'playwright/test';

/** Before the page is opened. */
export async function watchObjectUrls(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const live = new Set<string>();
    const create = URL.createObjectURL.bind(URL);
    const revoke = URL.revokeObjectURL.bind(URL);
    URL.createObjectURL = (object: Blob) => {
      const url = create(object);
      live.add(url);
      return url;
    };
    URL.revokeObjectURL = (url) => {
      live.delete(url);
      revoke(url);
    };
    Object.assign(window, { liveObjectUrls: live });
  });
}

export function liveObjectUrls(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { liveObjectUrls: Set<string> }).liveObjectUrls.size);
}
