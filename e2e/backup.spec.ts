import type { Page } from 'playwright/test';
import { App } from './support/app.ts';
import { fillRecord, recordContents } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const passphrase = 'four words of no kinship';
const panel = (page: Page) =>
  page.locator('section', {
    has: page.getByRole('heading', { name: words('backup_title') }),
  });
const button = (page: Page, key: Parameters<typeof words>[0]) =>
  panel(page).getByRole('button', { name: words(key), exact: true });

test('a backup gives the same record in a fresh browser', async ({ app, page, browser, problems }) => {
  await app.start();
  await fillRecord(page, 6);
  await app.go('settings');
  await button(page, 'backup_save').click();
  await panel(page).getByLabel(words('backup_passphrase'), { exact: true }).fill(passphrase);
  await panel(page).getByLabel(words('lock_repeat')).fill(passphrase);
  const downloading = page.waitForEvent('download');
  await button(page, 'backup_save_action').click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^lentigo-backup-\d{4}-\d\d-\d\d\.age$/);
  const file = await download.path();
  const contents = await recordContents(page);

  // The table names the same readings.
  await button(page, 'backup_table').click();
  await button(page, 'backup_make').click();
  await expect(panel(page).getByText(words('backup_table_done', { count: 6 }))).toBeVisible();

  const context = await browser.newContext();
  problems.watch(context);
  const other = new App(await context.newPage());
  await other.start(new URL('./', page.url()).href);
  await other.go('settings');
  await button(other.page, 'backup_restore').click();
  await panel(other.page).getByLabel(words('backup_file'), { exact: true }).setInputFiles(file);
  const secret = panel(other.page).getByLabel(words('backup_passphrase'));
  await secret.fill(`${passphrase}!`);
  await button(other.page, 'backup_look').click();
  await expect(panel(other.page).getByText(words('failure_backup_passphrase'))).toBeVisible();
  // It can be corrected where it stands.
  await expect(secret).toBeFocused();
  await expect(secret).toHaveValue(`${passphrase}!`);
  await secret.fill(passphrase);
  await button(other.page, 'backup_look').click();
  const readings = panel(other.page).getByRole('row', {
    name: words('backup_examinations'),
  });
  await expect(readings.getByRole('cell')).toHaveText(['6', '0', '0']);
  await expect(panel(other.page).getByText(words('restore_made_unknown'))).toBeVisible();
  expect(await recordContents(other.page)).toEqual([]);
  await button(other.page, 'backup_restore_action').click();
  await expect(panel(other.page).getByText(words('backup_restored'))).toBeVisible();
  await expect(panel(other.page).getByRole('link', { name: words('home_all') })).toBeVisible();
  expect(await recordContents(other.page)).toEqual(contents);
  await other.go('history');
  await other.history.expectCount(6);
  await context.close();

  // Whoever deletes everything deletes the file that the backup was written to as well.
  const files = () =>
    page.evaluate(async () => {
      const names: string[] = [];
      for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
      return names;
    });
  expect(await files()).toEqual([expect.stringMatching(/^lentigo-backup-.*\.age$/)]);
  // So do one that a tab left unfinished, pictures that were shared, and what the browser remembers of its person.
  await page.evaluate(async () => {
    const folder = await navigator.storage.getDirectory();
    await folder.getFileHandle('lentigo-backup-left.age.crswap', { create: true });
    await caches.open('shared-pictures');
  });
  await app.go('history');
  await page.getByRole('button', { name: words('history_delete_all') }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await dialog.getByRole('button', { name: words('delete_all_agree') }).click();
  await expect(page.getByRole('button', { name: words('disclaimer_accept') })).toBeVisible();
  await expect.poll(files).toEqual([]);
  expect(await page.evaluate(() => caches.has('shared-pictures'))).toBe(false);
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});
