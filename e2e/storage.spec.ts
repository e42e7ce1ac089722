import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

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
