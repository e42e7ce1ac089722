import type { Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { damageNewest, fillRecord, storedRows } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const rows = (page: Page) =>
  page.getByRole('list', { name: words('history_list_label') }).getByRole('listitem');
/** The addresses of pictures on the page: those that are in use, and how many were made in all. */
interface Counted {
  readonly liveAddresses: ReadonlySet<string>;
  readonly addressesMade: number;
}

const noteField = (page: Page) => page.getByRole('textbox', { name: words('history_note_label') });

test('an empty history says so and leads on', async ({ app, page }) => {
  await app.start();
  await app.go('history');
  await expect(page.getByRole('heading', { name: words('history_empty_title') })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: words('history_empty_action') }).click();
  await expect(app.classify.sampleButton).toBeVisible();
});

test('2,000 readings open and scroll with a constant document, and no more pictures than it shows', async ({
  app,
  page,
  problems,
}) => {
  // Of the page that is none of the app.
  problems.allow(/favicon\.ico/);
  await page.addInitScript(() => {
    const live = new Set<string>();
    const [create, revoke] = [URL.createObjectURL.bind(URL), URL.revokeObjectURL.bind(URL)];
    URL.createObjectURL = (object: Blob) => {
      const address = create(object);
      live.add(address);
      Object.assign(window, { addressesMade: (window as unknown as Counted).addressesMade + 1 });
      return address;
    };
    URL.revokeObjectURL = (address) => {
      live.delete(address);
      revoke(address);
    };
    Object.assign(window, { liveAddresses: live, addressesMade: 0 });
  });
  await app.start();
  // Where the app does not run, which would follow every change.
  await page.goto('./licences.txt');
  await fillRecord(page, 2000);
  await page.goto('./');
  await app.modelReady();

  // What is done for the first rows does not grow with the list.
  const opened = await page.evaluate(async () => {
    const start = performance.now();
    location.hash = '#/history';
    while (!document.querySelector('[role="listitem"] img[src]')) await new Promise(requestAnimationFrame);
    const rows = document.querySelectorAll('[role="listitem"]').length;
    const { addressesMade: pictures } = window as unknown as Counted;
    return { rows, pictures, time: performance.now() - start };
  });
  test.info().annotations.push({ type: 'first rows with pictures, ms', description: opened.time.toFixed(0) });
  expect(opened.rows).toBeLessThan(60);
  expect(opened.pictures).toBeLessThanOrEqual(opened.rows);
  await app.history.expectCount(2000);
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', '2000');

  // Faster than a finger can: every frame another screen, there and back.
  const scrolled = await page.evaluate(async () => {
    const frames: number[] = [];
    let most = 0;
    const step = async (to: number): Promise<void> => {
      const start = performance.now();
      window.scrollTo(0, to);
      await new Promise(requestAnimationFrame);
      frames.push(performance.now() - start);
      most = Math.max(most, document.querySelectorAll('[role="listitem"]').length);
    };
    const screen = window.innerHeight;
    for (let screens = 0; screens < 60; screens++) await step(screens * screen);
    for (let screens = 60; screens > 0; screens--) await step(screens * screen);
    frames.sort((a, b) => a - b);
    const middle = frames[Math.floor(frames.length / 2)] ?? 0;
    const slow = frames[Math.floor(frames.length * 0.95)] ?? 0;
    return { steps: frames.length, middle, slow, most };
  });
  test.info().annotations.push({
    type: 'scrolling by screens',
    description: `${scrolled.steps} steps, median ${scrolled.middle.toFixed(0)} ms, 95 % under ${scrolled.slow.toFixed(0)} ms, at most ${scrolled.most} rows`,
  });
  expect(scrolled.most).toBeLessThan(60);

  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(rows(page).last()).toHaveAttribute('aria-posinset', '2000');
  await expect(rows(page).last().locator('img[src]')).toBeVisible();
  const live = await page.evaluate(() => (window as unknown as Counted).liveAddresses.size);
  expect(live).toBeLessThan(60);
});

test('the list is used by keyboard and comes back to where it was left', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 120);
  await app.go('history');
  const link = (position: number) => page.locator(`[aria-posinset="${position}"] a`);
  await link(1).focus();
  await page.keyboard.press('ArrowDown');
  await expect(link(2)).toBeFocused();
  await page.keyboard.press('End');
  await expect(link(120)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(link(1)).toBeFocused();
  for (let presses = 0; presses < 6; presses++) await page.keyboard.press('PageDown');
  await expect(link(49)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(noteField(page)).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expectAccessible(page);
  await page
    .getByRole('link', { name: words('history_back') })
    .first()
    .click();
  await expect(link(49)).toBeFocused();
  await expect(link(49)).toBeInViewport();
  await expectAccessible(page);
});

test('a note saves itself', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await app.go('history');
  await app.history.entries.first().click();
  await noteField(page).fill('Left forearm. Itches since spring.');
  await expect(page.getByText(words('draft_saved'), { exact: true })).toBeVisible();
  await page.reload();
  await expect(noteField(page)).toHaveValue('Left forearm. Itches since spring.');

  // Leaving before the pause is over loses nothing.
  await noteField(page).pressSequentially(' New');
  await page
    .getByRole('link', { name: words('history_back') })
    .first()
    .click();
  await expect(rows(page).first().getByText(words('history_has_note'))).toBeVisible();
  await app.history.entries.first().click();
  await expect(noteField(page)).toHaveValue('Left forearm. Itches since spring. New');
});

test('one reading is deleted when confirmed, all when confirmed twice', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 4);
  await app.go('history');
  const dialog = page.getByRole('alertdialog');
  await app.history.entries.first().click();
  await page.getByRole('button', { name: words('history_delete') }).click();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: words('confirm_cancel') }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: words('history_delete') }).click();
  await dialog.getByRole('button', { name: words('history_delete') }).click();
  await app.history.expectCount(3);

  await page.getByRole('button', { name: words('history_delete_all') }).click();
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await expect(dialog).toContainText(words('delete_all_last_text'));
  await app.history.expectCount(3);
  await dialog.getByRole('button', { name: words('delete_all_agree') }).click();
  // The settings are forgotten as well: the app begins anew.
  await expect(page.getByRole('button', { name: words('disclaimer_accept') })).toBeVisible();
  expect(await storedRows(page)).toEqual({
    examinations: 0,
    pictures: 0,
    images: 0,
    thumbnails: 0,
    keys: 0,
  });
});

test('a damaged reading is shown as such and leaves the others alone', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 3);
  await damageNewest(page);
  await app.go('history');
  await expect(rows(page).first()).toContainText(words('history_damaged_title'));
  await expect(rows(page).nth(1).locator('img[src]')).toBeVisible();
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_damaged_text'))).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: words('history_delete') }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: words('history_delete') })
    .click();
  await app.history.expectCount(2);
});

test('what another tab does is seen', async ({ app, page, context }) => {
  await app.start();
  await fillRecord(page, 2);
  await app.go('history');
  await app.history.expectCount(2);
  const other = await context.newPage();
  await other.goto('./#/history');
  await other.getByRole('button', { name: words('history_delete_all') }).click();
  const dialog = other.getByRole('alertdialog');
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await dialog.getByRole('button', { name: words('delete_all_agree') }).click();
  await page.getByRole('button', { name: words('disclaimer_accept') }).click();
  await page.getByRole('button', { name: words('mode_self') }).click();
  await expect(page.getByRole('heading', { name: words('history_empty_title') })).toBeVisible();
  await fillRecord(other, 1);
  await app.history.expectCount(1);
  await expect(rows(page).first().locator('img[src]')).toBeVisible();
});

test('a full disk is told, and nothing is half written', async ({ app, page, context, baseURL }) => {
  // Before the first write: Chromium remembers for half a minute how much room there was.
  const cdp = await context.newCDPSession(page);
  const quotaSize = 12_000_000;
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: new URL(baseURL ?? '').origin, quotaSize });
  await app.start();
  await app.modelReady();
  await expect(fillRecord(page, 400)).rejects.toThrow(/storage-full/);
  const stored = await storedRows(page);
  expect(stored.examinations).toBeGreaterThan(2);
  expect(stored.pictures).toBe(stored.examinations);

  await app.classify.chooseSample();
  await app.classify.classify();
  await expect(page.getByText(words('failure_storage_full')).first()).toBeVisible();
  await app.go('history');
  await app.history.expectCount(stored.examinations);
});

test('side by side on a wide screen', async ({ app, page }) => {
  await page.setViewportSize({ width: 1180, height: 820 });
  await app.start();
  await fillRecord(page, 30);
  await app.go('history');
  await expect(page.getByText(words('history_choose'))).toBeVisible();
  await app.history.entries.nth(2).click();
  await expect(noteField(page)).toBeVisible();
  await expect(app.history.entries.nth(2)).toHaveAttribute('aria-current', 'true');
  await expectAccessible(page);
  // The next one takes the place of a deleted one.
  const next = await app.history.entries.nth(3).getAttribute('href');
  await app.history.entries.nth(2).focus();
  await page.keyboard.press('Delete');
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: words('history_delete') })
    .click();
  await expect(page).toHaveURL(new RegExp(`${next}$`));
  await app.history.expectCount(29);
});
