import { dist, host } from './support/host.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';
import { fillRecord } from './support/records.ts';

test.use({ serviceWorkers: 'allow' });

// The browser's own words for what cannot be fetched.
const cutOff = /Failed to load resource|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED|NetworkError/;

test('from the second start on, every page opens without a network', async ({ app, page, problems }) => {
  const server = await host();
  await app.start(server.url);
  await app.modelReady();
  await app.keptForOffline();
  await fillRecord(page, 3);
  server.close();
  problems.allow(cutOff);

  for (const [address, title] of [
    ['#/history', 'history_title'],
    ['#/settings', 'settings_title'],
    ['#/about', 'about_title'],
    ['?action=other#/', 'classify_title'],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(`${server.url}${address}`);
    await expect(page.getByRole('heading', { level: 1, name: words(title) })).toBeVisible();
  }
  await page.goto(`${server.url}#/history`);
  await app.history.expectCount(3);
  await page.goto(`${server.url}licences.txt`);
  await expect(page.getByText('Apache License').first()).toBeVisible();
});

test('the model is kept once: not with the app’s files as well', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  await app.keptForOffline();
  const cached = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(cached).toContain('/index.html');
  // For one thread and for several.
  expect(cached.filter((path) => path.endsWith('.wasm'))).toHaveLength(2);
  expect(cached.filter((path) => path.includes('/model/'))).toEqual([]);
});

test('it is said when there is no network, and no longer when there is', async ({ app, page, context }) => {
  await app.start();
  const notice = page.getByText(words('device_offline'));
  await expect(notice).toBeHidden();
  await context.setOffline(true);
  await expect(notice).toBeVisible();
  await context.setOffline(false);
  await expect(notice).toBeHidden();
});

test('it runs below a path of a host, and there without a network as well', async ({
  app,
  page,
  problems,
}) => {
  const server = await host({ '/': notFound, '/clinic/lentigo/': dist });
  const url = `${server.url}clinic/lentigo/`;
  await app.start(url);
  await app.modelReady();
  await app.keptForOffline();
  server.close();
  problems.allow(cutOff);
  await page.reload();
  await app.modelReady();
  // This host sends no headers: the service worker isolates the page, so that there can be threads.
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.saved();
});

function notFound(_path: string, response: import('node:http').ServerResponse): void {
  response.writeHead(404).end();
}
