import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test('a page that fails is left by going to another', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 2);
  // Words and dates that cannot be written take no page down; this does, before the history has shown anything.
  await page.evaluate(() => {
    window.matchMedia = () => {
      throw new Error('broken on purpose');
    };
  });
  await page.getByRole('link', { name: words('nav_history'), exact: true }).click();
  await expect(page.getByRole('heading', { name: words('page_failed_title') })).toBeVisible();
  await page.getByRole('link', { name: words('nav_about'), exact: true }).click();
  await expect(page.getByRole('heading', { name: words('page_failed_title') })).toBeHidden();
  await expect(page.getByRole('heading', { name: words('about_title'), level: 1 })).toBeVisible();
});
