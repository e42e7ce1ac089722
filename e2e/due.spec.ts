import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

test('the next check of a lesion is set, announced when it is due, and put into a calendar', async ({
  app,
  page,
  context,
}) => {
  await context.grantPermissions(['notifications']);
  await page.clock.setFixedTime(new Date('2026-11-30T10:00:00'));
  await app.start('./', 'self');
  await app.keptForOffline();
  await app.go('map');
  // A tap on the body begins.
  await page.getByRole('button', { name: words('body_place_hint') }).click({ position: { x: 60, y: 200 } });
  await button(page, words('lesion_add_here')).click();
  await page.getByLabel(words('lesion_name'), { exact: true }).fill('the dark one');
  await button(page, words('lesion_check_in', { count: 3 })).click();
  await expect(page.getByLabel(words('lesion_next_check'), { exact: true })).toHaveValue('2027-02-28');
  await button(page, words('form_save')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'the dark one' })).toBeVisible();
  await expectAccessible(page);

  await page.clock.setFixedTime(new Date('2027-03-02T09:00:00'));
  await page.reload();
  await expect(page.getByText(words('due_notice', { count: 1 }))).toBeVisible();

  // Home: a picture to check, what is due, the last visits.
  await fillRecord(page, 2, new Date('2027-03-01T09:00:00'));
  await page.goto('./#/');
  const main = page.getByRole('main');
  const visits = page.getByRole('region', { name: words('home_last') }).getByRole('listitem');
  await expect(visits).toHaveCount(2);
  await expect(button(page, words('classify_camera'))).toBeVisible();
  await main.getByRole('link', { name: words('due_notice', { count: 1 }) }).click();
  await expect(page.getByRole('heading', { name: words('due_title') })).toBeFocused();
  await expect(page.getByRole('link', { name: /the dark one/ })).toContainText('28 Feb 2027');
  await expectAccessible(page);

  const downloads: string[] = [];
  for (const named of [false, true]) {
    if (named) await page.getByRole('switch', { name: words('due_calendar_named') }).check();
    const download = page.waitForEvent('download');
    await button(page, words('due_calendar_make')).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe('lentigo-2027-03-02.ics');
    downloads.push(await readFile(await file.path(), 'utf8'));
  }
  expect(downloads[0]).toContain('DTSTART;VALUE=DATE:20270228\r\n');
  expect(downloads[0]).toContain(`SUMMARY:${words('due_entry')}\r\n`);
  expect(downloads[0]).not.toContain('the dark one');
  expect(downloads[1]).toContain(`SUMMARY:${words('due_entry_named', { name: 'the dark one' })}\r\n`);

  // Shown by the device when the app is opened the next time, without a name.
  await page.getByRole('switch', { name: words('due_notify') }).check();
  // The browser is asked first; the switch looks on at once.
  const kept = () => page.evaluate(() => localStorage.getItem('lentigo-settings'));
  await expect.poll(kept).toContain('"notifyDue":true');
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body }) => `${title}: ${body}`);
    });
  const expected = [`${words('app_name')}: ${words('due_notice', { count: 1 })}`];
  // A page that is loaded anew at once may still be handed the settings of before: then the next one shows it.
  await expect(async () => {
    await page.reload();
    await expect.poll(shown, { timeout: 4_000 }).toEqual(expected);
  }).toPass();

  await page.getByRole('link', { name: /the dark one/ }).click();
  await button(page, words('lesion_check_none')).click();
  await button(page, words('form_save')).click();
  await app.go('map');
  await expect(page.getByRole('link', { name: words('due_title') })).toBeHidden();
});
