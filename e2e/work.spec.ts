/** Work in hand: what a lock, a deletion or leaving the page would interrupt. */
import type { Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { fillRecord, gatherCase } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const secret = 'correct horse battery';

/** Argon2id takes its second, on a busy machine more. */
const patient = { timeout: 30_000 };

const locked = (page: Page) => page.getByRole('heading', { name: words('lock_title'), exact: true });
const press = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).filter({ visible: true }).click();

async function fill(page: Page, label: string, text: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).filter({ visible: true }).fill(text);
}

async function setPassphrase(page: Page): Promise<void> {
  await fill(page, words('lock_new'), secret);
  await fill(page, words('lock_repeat'), secret);
  await press(page, words('lock_set'));
  await expect(page.locator('.recovery .code')).toBeVisible(patient);
}

/** What the page sees when another app comes to the front. */
async function hide(page: Page): Promise<void> {
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
}

/** Begins a backup whose file takes nothing more until the page says `goOn()`. */
async function beginBackup(page: Page): Promise<void> {
  await page.evaluate(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on its stream below
    const { write } = FileSystemWritableFileStream.prototype;
    const free = new Promise<void>((resolve) => Object.assign(globalThis, { goOn: resolve }));
    FileSystemWritableFileStream.prototype.write = async function (...args) {
      Object.assign(globalThis, { stalled: true });
      await free;
      await write.apply(this, args);
    };
  });
  await press(page, words('backup_save'));
  await fill(page, words('backup_passphrase'), secret);
  await page.getByLabel(words('lock_repeat'), { exact: true }).filter({ visible: true }).last().fill(secret);
  await press(page, words('backup_save_action'));
  await expect(page.getByRole('progressbar', { name: words('backup_saving') })).toBeVisible();
  await page.waitForFunction(() => 'stalled' in globalThis);
}

const goOn = (page: Page): Promise<void> =>
  page.evaluate(() => (globalThis as unknown as { goOn: () => void }).goOn());

test('a lock waits for the recovery code to be written down', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 1);
  await app.set({ lockWhenHidden: true });
  await app.go('settings');
  await setPassphrase(page);
  const code = await page.locator('.recovery .code').textContent();
  await hide(page);
  await expect(page.locator('.recovery')).toContainText('at the latest');
  await expect(page.locator('.recovery .code')).toHaveText(code ?? '-');
  await expectAccessible(page);
  await press(page, words('lock_recovery_later'));
  await expect(locked(page)).toBeVisible();
  // The lock has come: the page was loaded anew, and only the passphrase or the code opens it.
  await page.locator('summary', { hasText: words('lock_forgotten') }).click();
  await fill(page, words('lock_recovery_code'), code ?? '');
  await fill(page, words('lock_new'), 'another passphrase');
  await fill(page, words('lock_repeat'), 'another passphrase');
  await press(page, words('lock_recover'));
  await expect(page.locator('.recovery .code')).not.toHaveText(code ?? '-', patient);
});

test('a lock in the background ends a backup properly before the key goes', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await app.set({ lockWhenHidden: true });
  await app.go('settings');
  await setPassphrase(page);
  await press(page, words('lock_recovery_later'));
  await beginBackup(page);
  await hide(page);
  // Covered at once; the key goes when the file has been closed and removed.
  await expect(locked(page)).toBeVisible();
  await expect(page.getByText(words('work_backup'))).toBeVisible();
  await goOn(page);
  await expect(page.getByText(words('work_backup'))).toBeHidden();
  await expect(locked(page)).toBeVisible();
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const names: string[] = [];
        for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name);
        return names;
      }),
    )
    .toEqual([]);
});

test('whoever locks while something is being done is asked first', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await app.go('settings');
  await setPassphrase(page);
  await press(page, words('lock_recovery_later'));
  await beginBackup(page);
  await press(page, words('lock_now'));
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(words('work_backup'));
  await expectAccessible(page);
  await dialog.getByRole('button', { name: words('confirm_cancel') }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('progressbar', { name: words('backup_saving') })).toBeVisible();
  await press(page, words('lock_now'));
  await dialog.getByRole('button', { name: words('work_lock_agree') }).click();
  await goOn(page);
  await expect(locked(page)).toBeVisible();
});

test('one place says what is being done and stops it; leaving its page asks', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await app.go('settings');
  await beginBackup(page);
  const stop = page.getByRole('button', { name: words('work_stop_this', { what: words('work_backup') }) });
  await expect(stop).toBeInViewport();
  const box = await stop.boundingBox();
  expect(box?.height).toBeGreaterThanOrEqual(44);
  await expectAccessible(page);

  const dialog = page.getByRole('alertdialog');
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words('nav_history') })
    .click();
  await expect(dialog).toContainText(words('work_backup'));
  await dialog.getByRole('button', { name: words('confirm_cancel') }).click();
  await expect(dialog).toBeHidden();
  await expect(page).toHaveURL(/#\/settings$/);

  await stop.click();
  await goOn(page);
  await expect(stop).toBeHidden();
  await expect(page.getByRole('button', { name: words('backup_save_action'), exact: true })).toBeVisible();
  await app.go('history');
  await app.history.expectCount(3);
});

test('deleting everything begins with the first question every time, and names what goes', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 2);
  await gatherCase(page, 'Ada Example');
  await app.go('settings');
  const dialog = page.getByRole('alertdialog');
  const begin = () => press(page, words('settings_delete_action'));
  await begin();
  await expect(dialog.getByRole('heading')).toHaveText(words('delete_all_title'));
  for (const item of [
    words('count_patients', { count: 1 }),
    words('count_spots', { count: 1 }),
    words('delete_all_visits', { count: 2 }),
    words('delete_all_settings'),
  ]) {
    await expect(dialog.getByRole('listitem').filter({ hasText: item })).toBeVisible();
  }
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await expect(dialog.getByRole('heading')).toHaveText(words('delete_all_last_title'));
  await expectAccessible(page);
  await dialog.getByRole('button', { name: words('confirm_cancel') }).click();
  await expect(dialog).toBeHidden();
  await begin();
  await expect(dialog.getByRole('heading')).toHaveText(words('delete_all_title'));
  await dialog.getByRole('button', { name: words('confirm_cancel') }).click();

  // Without a visit there is still a patient.
  await app.go('history');
  for (const left of [1, 0]) {
    await app.history.entries.first().click();
    await press(page, words('history_delete'));
    await dialog.getByRole('button', { name: words('history_delete') }).click();
    if (left > 0) await app.history.expectCount(left);
    else await expect(page.getByRole('heading', { name: words('history_empty_title') })).toBeVisible();
  }
  await app.go('settings');
  await begin();
  await expect(dialog.getByRole('listitem').first()).toHaveText(words('count_patients', { count: 1 }));
  await expect(dialog.getByText(words('delete_all_visits', { count: 0 }))).toBeHidden();
});

test('deleting everything stops what would write into the record again', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await app.go('settings');
  await beginBackup(page);
  await press(page, words('settings_delete_action'));
  const dialog = page.getByRole('alertdialog');
  await expect(dialog).toContainText(words('work_backup'));
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await dialog.getByRole('button', { name: words('delete_all_agree') }).click();
  await goOn(page);
  // The settings are forgotten as well: the app begins anew.
  await expect(page.getByRole('button', { name: words('disclaimer_accept') })).toBeVisible();
  await expect(page.getByRole('progressbar', { name: words('backup_saving') })).toBeHidden();
});
