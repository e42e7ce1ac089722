import { fillRecord, storedRows } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { anyWords, words } from './support/words.ts';

// What is kept of the app takes room, too.
test.use({ serviceWorkers: 'allow' });

test('the browser is asked to keep the record once there is one, and not before', async ({ app, page }) => {
  await page.addInitScript(() => {
    const asked: number[] = [];
    let persisted = false;
    Object.assign(window, { asked });
    navigator.storage.persisted = () => Promise.resolve(persisted);
    navigator.storage.persist = () => {
      asked.push(performance.now());
      persisted = true;
      return Promise.resolve(true);
    };
  });
  const asked = () => page.evaluate(() => (window as unknown as { asked: number[] }).asked.length);
  await app.start();
  await app.go('settings');
  await expect(page.getByText(words('storage_not_persisted'))).toBeVisible();
  await app.go('classify');
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.saved();
  await expect.poll(asked).toBe(1);
  await app.classify.another();
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.saved();
  expect(await asked()).toBe(1);
  await app.go('settings');
  await expect(page.getByText(words('storage_persisted'))).toBeVisible();
});

test('from 80 % on it warns that room runs out', async ({ app, page }) => {
  await page.addInitScript(() => {
    navigator.storage.estimate = () => {
      const usage = Number(sessionStorage.getItem('usage') ?? 79e6);
      return Promise.resolve({ usage, quota: 100e6 });
    };
  });
  const warning = page.getByText(words('device_nearly_full'));
  await app.start();
  await app.go('settings');
  await expect(page.getByText(/79\sMB of 100\sMB/)).toBeVisible();
  await expect(warning).toHaveCount(0);
  await page.evaluate(() => sessionStorage.setItem('usage', '80e6'));
  await app.go('classify');
  await app.go('settings');
  await expect(warning.first()).toBeVisible();
});

test('on a full disk, shrinking old pictures makes room for the next examination', async ({
  app,
  page,
  context,
  baseURL,
}) => {
  // Before the first write: Chromium remembers for half a minute how much room there was.
  const cdp = await context.newCDPSession(page);
  const quotaSize = 16_000_000;
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL ?? '').origin, quotaSize });
  await app.start();
  await app.modelReady();
  const longAgo = new Date(Date.now() - 60 * 24 * 60 * 60 * 1000);
  await expect(fillRecord(page, 200, longAgo, [2000, 1500])).rejects.toThrow(/storage-full/);
  const { examinations } = await storedRows(page);
  await app.classify.chooseSample();
  await app.classify.classify();
  await expect(page.getByText(words('failure_storage_full')).first()).toBeVisible();
  expect((await storedRows(page)).examinations).toBe(examinations);

  await page.getByRole('link', { name: words('saving_make_room') }).click();
  const button = (name: 'shrink_title' | 'shrink_action') =>
    page.getByRole('button', { name: words(name), exact: true });
  await button('shrink_title').click();
  await page.getByRole('radio', { name: words('shrink_small') }).check();
  await button('shrink_action').click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: words('shrink_action') })
    .click();
  await expect(page.getByText(anyWords('shrink_done'))).toContainText(String(examinations));
  await app.go('classify');
  await page.getByRole('button', { name: words('saving_retry') }).click();
  await app.classify.saved();
});

test('what the browser has cleared away is told at the next start', async ({ app, page, problems }) => {
  // Of the page that is none of the app.
  problems.allow(/favicon/);
  await app.start();
  await fillRecord(page, 2);
  await app.go('history');
  await app.history.expectCount(2);
  await page.reload();
  await app.history.expectCount(2);
  await expect(page.getByText(words('device_evicted'))).toHaveCount(0);
  // As an eviction does it: the databases go while nobody has them open, what is not in them stays.
  await page.goto('./model/manifest.json');
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const request = indexedDB.deleteDatabase('lentigo-records');
        request.onsuccess = () => resolve();
        request.onerror = request.onblocked = () => reject(new Error('not deleted'));
      }),
  );
  await page.goto('./#/history');
  await expect(page.getByText(words('device_evicted'))).toBeVisible();
  await page.getByRole('button', { name: words('notice_close') }).click();
  await page.reload();
  await expect(page.getByRole('heading', { name: words('history_empty_title') })).toBeVisible();
  await expect(page.getByText(words('device_evicted'))).toHaveCount(0);
});
