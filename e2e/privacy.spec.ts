/**
 * Two days of use with every request counted, by two witnesses: the browser's own events, and a proxy
 * that everything but this machine's own addresses has to go through, the service worker included.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launchChromium } from '../scripts/browser.ts';
import { App } from './support/app.ts';
import { host } from './support/host.ts';
import { drawLesion } from './support/lesion.ts';
import { expect, Problems, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

/**
 * What Chromium itself asks its maker now and then, for updates, the time or its form filler. Nothing
 * of the app; what the app asks for, the browser's events tell as well.
 */
const ofTheBrowser =
  /^(https?:\/\/)?(clients\d|update|accounts|content-autofill|optimizationguide-pa|safebrowsing|android\.clients|www)\.google(apis)?\.com[:/]/;

interface Proxy {
  readonly server: string;
  readonly asked: string[];
  close(): void;
}

/** Lets nothing through, and writes down what was asked for. */
async function startProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const note = (address = ''): void => {
    if (!ofTheBrowser.test(address)) asked.push(address);
  };
  const server = createServer((request, response) => {
    note(request.url);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    note(request.url);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server: `http://127.0.0.1:${port}`, asked, close: () => server.close() };
}

/** @param round the sample is read in the first, a picture of one's own in the others */
async function useEverything(app: App, round: number): Promise<void> {
  await app.go('classify');
  if (round === 0) await app.classify.chooseSample();
  else {
    const buffer = await drawLesion(round);
    await app.classify.choose([{ name: `${round}.jpg`, mimeType: 'image/jpeg', buffer }]);
  }
  await app.classify.classify();
  await app.classify.saved();
  await app.classify.another();
  await app.go('history');
  await app.history.entries.first().click();
  await app.go('settings');
  await app.settings.checkForModel();
  await expect(app.page.getByText(words('settings_model_current'))).toBeVisible();
  await app.go('about');
}

test('nothing leaves the device in two days of use', async () => {
  const proxy = await startProxy();
  const server = await host();
  const browser = await launchChromium({ proxy: { server: proxy.server, bypass: 'localhost, 127.0.0.1' } });
  try {
    const context = await browser.newContext({ viewport: { width: 820, height: 1180 } });
    const problems = new Problems();
    problems.watch(context);
    const workers: string[] = [];
    context.on('serviceworker', (worker) => workers.push(worker.url()));
    const page = await context.newPage();
    await page.clock.install();
    const app = new App(page);
    await app.start(server.url);
    await app.modelReady();
    await app.keptForOffline();
    await useEverything(app, 0);
    await useEverything(app, 1);
    await page.reload();
    await useEverything(app, 2);
    // A day goes by, and whatever the app does at its time is done: it looks for a newer model by itself.
    const look = page.waitForRequest(/\/model\/manifest\.json/);
    await page.clock.fastForward('25:00:00');
    await look;
    await useEverything(app, 3);
    expect(workers, 'the service worker was at work').not.toEqual([]);
    // Errors, words of the content security policy, and foreign addresses.
    expect(problems.found).toEqual([]);
    expect(proxy.asked).toEqual([]);

    // The witnesses do see what leaves: a page without the app's policy asks for something.
    const other = await browser.newPage();
    await other.goto('data:text/html,<img src="http://elsewhere.test/a.png">').catch(() => undefined);
    await expect.poll(() => proxy.asked).toEqual(['http://elsewhere.test/a.png']);
  } finally {
    await browser.close();
    server.close();
    proxy.close();
  }
});

test('the page cannot send anything elsewhere even if it wanted to', async ({ app, page, problems }) => {
  problems.allow(/elsewhere\.test/);
  await app.start();
  const blocked = await page.evaluate(async () => {
    const found: string[] = [];
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
      found.push(`${effectiveDirective} ${blockedURI}`),
    );
    await fetch('https://elsewhere.test/fetch').catch(() => undefined);
    navigator.sendBeacon('https://elsewhere.test/beacon', 'x');
    try {
      new WebSocket('wss://elsewhere.test/socket');
    } catch {
      // Some browsers throw, others tell later.
    }
    new Image().src = 'https://elsewhere.test/image';
    const form = Object.assign(document.createElement('form'), { action: 'https://elsewhere.test/form' });
    document.body.append(form);
    form.submit();
    await new Promise((resolve) => setTimeout(resolve, 500));
    // The policy stands in the page and in the host's headers, and each tells.
    return [...new Set(found)].sort();
  });
  expect(blocked).toEqual([
    'connect-src https://elsewhere.test/beacon',
    'connect-src https://elsewhere.test/fetch',
    'connect-src wss://elsewhere.test/socket',
    'form-action https://elsewhere.test/form?',
    'img-src https://elsewhere.test/image',
  ]);
});
