/** One visit of several pictures: added, dated, joined, read again, looked at full screen. */
import type { Page } from 'playwright/test';
import { drawLesion, takenOn } from './support/lesion.ts';
import { addCase } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** For what reads a picture. */
const patient = { timeout: 60_000 };

const button = (page: Page, key: Parameters<typeof words>[0]) =>
  page.getByRole('button', { name: words(key), exact: true });

const strip = (page: Page) => page.getByRole('list', { name: words('picture_strip') }).getByRole('button');

/** Adds a patient with a lesion and opens the lesion's page. */
async function openLesion(page: Page): Promise<void> {
  const { lesion } = await addCase(page, 'Ada Quill');
  await page.goto(`./#/lesion/${lesion}`);
  await page.reload();
}

test.beforeEach(async ({ app }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
});

test('an overview, a close-up and a dermatoscope picture make one visit, whose kinds and pictures can be changed', async ({
  app,
  page,
}) => {
  await openLesion(page);
  await button(page, 'lesion_new_visit').click();
  for (const seed of [3, 4, 5]) {
    await app.classify.choose([await takenOn(seed, '2024-05-03')]);
    await button(page, 'classify_action').click();
    await app.classify.saved();
    if (seed === 5) break;
    await button(page, 'picture_add').click();
    await expect(page.getByText(/Joins the visit of .*2024/)).toBeVisible();
  }
  await page.getByRole('link', { name: words('saving_open') }).click();
  await expect(strip(page)).toHaveCount(3);

  const kinds = [
    words('picture_kind_overview'),
    words('picture_kind_close_up'),
    words('picture_kind_dermatoscope'),
  ];
  for (const [at, kind] of kinds.entries()) {
    await strip(page).nth(at).click();
    await expect(strip(page).nth(at)).toHaveAttribute('aria-pressed', 'true');
    await page.getByLabel(words('picture_kind'), { exact: true }).selectOption(kind);
    await expect(strip(page).nth(at)).toContainText(kind);
  }

  // One is removed and comes back; the last one stays.
  await button(page, 'picture_remove').click();
  await expect(strip(page)).toHaveCount(2);
  await button(page, 'undo_action').click();
  await expect(strip(page)).toHaveCount(3);
  await page.goto('./#/history');
  await app.history.expectCount(1);
});

test('the day in the file is offered, can be changed, and orders the visits; one that has not come is refused', async ({
  app,
  page,
}) => {
  await app.classify.choose([await takenOn(3, '2024-05-03')]);
  await expect(page.getByText(/Taken on .*2024/)).toBeVisible();
  await button(page, 'picture_day_change').click();
  const field = page.getByLabel(words('picture_day_label'), { exact: true });
  await field.fill('2999-01-01');
  await expect(page.getByText(words('picture_day_problem'))).toBeVisible();
  await expect(button(page, 'picture_day_set')).toBeDisabled();
  await field.fill('2023-01-31');
  await button(page, 'picture_day_set').click();
  await expect(page.getByText(/Taken on .*2023/)).toBeVisible();
  await button(page, 'classify_action').click();
  await app.classify.saved();
  await app.classify.another();
  await app.classify.choose([{ name: 'now.jpg', mimeType: 'image/jpeg', buffer: await drawLesion(4, 640) }]);
  await expect(page.getByText(words('picture_day_unknown'))).toBeVisible();
  await button(page, 'classify_action').click();
  await app.classify.saved();
  await app.go('history');
  await expect(page.getByRole('heading', { name: /2023/ })).toBeVisible();
  await app.history.entries.last().click();
  await expect(page.getByText(/Visit of .*2023/)).toBeVisible();
});

test('pictures of one lesion and one day are offered to be one visit; undo makes them two again', async ({
  app,
  page,
}) => {
  await openLesion(page);
  await button(page, 'lesion_new_visit').click();
  await app.classify.choose([await takenOn(3, '2024-05-03'), await takenOn(4, '2024-05-03')]);
  await button(page, 'classify_queue_all').click();
  await expect(page.getByText(words('join_pictures', { count: 2 }))).toBeVisible(patient);
  await button(page, 'join_action').click();
  await expect(page.getByText(words('join_done'))).toBeVisible();
  await button(page, 'undo_action').click();
  await app.go('history');
  await app.history.expectCount(2);

  // The same on the page of one of them.
  await app.history.entries.first().click();
  await button(page, 'join_action').click();
  await expect(strip(page)).toHaveCount(2);
  await page.goto('./#/history');
  await app.history.expectCount(1);
});

test('a picture that is read again with another crop stays one visit', async ({ app, page }) => {
  await app.classify.choose([await takenOn(3, '2024-05-03')]);
  await button(page, 'classify_action').click();
  await app.classify.saved();
  await button(page, 'classify_adjust').click();
  await button(page, 'classify_action').click();
  await app.classify.saved();
  await app.go('history');
  await app.history.expectCount(1);
});

test('full screen is zoomed and left by keyboard, and gives the focus back', async ({ app, page }) => {
  await app.classify.choose([await takenOn(3, '2024-05-03')]);
  await button(page, 'classify_action').click();
  await app.classify.saved();
  await page.getByRole('link', { name: words('saving_open') }).click();
  const opener = button(page, 'picture_enlarge');
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: words('picture_full_screen') });
  const zoom = dialog.getByRole('status');
  await expect(zoom).toHaveText('100 %');
  await page.keyboard.press('+');
  await expect(zoom).not.toHaveText('100 %');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('-');
  await expect(zoom).toHaveText('100 %');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(opener).toBeFocused();
});
