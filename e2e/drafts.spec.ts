import type { BrowserContext, Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { breakWriting } from './support/full-disk.ts';
import { fillRecord, gatherCase } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const noteOf = (page: Page) => page.getByRole('textbox', { name: words('history_note_label') });
const leaving = (page: Page) => page.getByRole('alertdialog', { name: words('leave_title') });

/** The same page in a second window. */
async function elsewhere(context: BrowserContext, page: Page): Promise<Page> {
  const other = await context.newPage();
  await other.goto(page.url());
  return other;
}

/** Texts that outlive their window. */
function sealedDrafts(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('lentigo-drafts');
        opening.onerror = () => reject(new Error('not opened'));
        opening.onsuccess = () => {
          const counting = opening.result.transaction('drafts').objectStore('drafts').count();
          counting.onsuccess = () => resolve(counting.result);
          opening.result.close();
        };
      }),
  );
}

test('a note whose saving fails is asked about, kept, and there again after a crash', async ({
  app,
  page,
  context,
}) => {
  await app.start();
  await fillRecord(page, 2);
  await app.go('history');
  await app.history.entries.first().click();
  await expect(noteOf(page)).toBeVisible();
  await breakWriting(page);
  await noteOf(page).fill('Bleeds when washed.');
  await expect(page.getByText(words('draft_failed'))).toBeVisible();
  // It can be tried again where it stands.
  await button(page, words('saving_retry')).click();
  await expect(page.getByText(words('draft_failed'))).toBeVisible();
  await app.page.getByRole('link', { name: words('nav_about'), exact: true }).click();
  await expect(leaving(page)).toBeVisible();
  await leaving(page)
    .getByRole('button', { name: words('confirm_cancel') })
    .click();
  await expect(noteOf(page)).toHaveValue('Bleeds when washed.');

  // The window goes without a word, as by a crash.
  const address = page.url();
  await page.close();
  const again = await context.newPage();
  await again.goto(address);
  await expect(noteOf(again)).toHaveValue('Bleeds when washed.');
  await expect(again.getByText(words('draft_saved'), { exact: true })).toBeVisible();
  await again.reload();
  await expect(noteOf(again)).toHaveValue('Bleeds when washed.');
});

test('a window that is closed while a note is not saved asks first', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 1);
  await app.go('history');
  await app.history.entries.first().click();
  await noteOf(page).fill('typed just now');
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await expect(page.getByText(words('draft_saved'), { exact: true })).toBeVisible();
});

test('two windows with one patient and one lesion: what both changed is asked about', async ({
  app,
  page,
  context,
}) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 1);
  const { patient, lesion } = await gatherCase(page, 'Ada Quill');
  await page.goto(`./#/patients/${patient}`);
  const other = await elsewhere(context, page);
  for (const each of [page, other]) await button(each, words('patient_edit')).click();
  await field(page, words('patient_name')).fill('Ada Quill-Moss');
  await field(page, words('patient_reference')).fill('K-1');
  await field(other, words('patient_reference')).fill('K-2');
  await field(other, words('patient_note')).fill('pacemaker');
  await button(other, words('form_save')).click();
  await expect(button(other, words('patient_edit'))).toBeVisible();

  // The field that only the other window changed is there; the one that both changed is asked about.
  await expect(field(page, words('patient_note'))).toHaveValue('pacemaker');
  const question = page.getByRole('alert').filter({ hasText: words('draft_other') });
  await expect(question).toContainText('K-1');
  await expect(question).toContainText('K-2');
  // Nothing else looks like a question.
  await expect(page.locator('.conflict')).toHaveCount(1);
  await expectAccessible(page);
  await question.getByRole('button', { name: words('draft_keep_mine') }).click();
  await button(page, words('form_save')).click();
  for (const each of [page, other]) {
    await expect(each.getByRole('heading', { name: 'Ada Quill-Moss' })).toBeVisible();
    await expect(each.getByText('K-1', { exact: true })).toBeVisible();
    await expect(each.getByText('pacemaker', { exact: true })).toBeVisible();
  }

  // What a window that has ended leaves is offered in the others, and they say whose it is.
  const third = await elsewhere(context, page);
  await button(third, words('patient_edit')).click();
  await field(third, words('patient_note')).fill('half typed');
  await expect.poll(() => sealedDrafts(third)).toBe(1);
  await third.close();
  await app.go('about');
  await page.reload();
  const left = page.locator('.place', { hasText: words('draft_left') });
  await expect(left).toContainText('half typed');
  await expect(left).toContainText('Ada Quill-Moss');
  await button(page, words('draft_discard')).click();

  for (const each of [page, other]) await each.goto(`./#/lesion/${lesion}`);
  await field(page, words('lesion_note')).fill('flat');
  await field(other, words('lesion_note')).fill('raised');
  await button(other, words('form_save')).click();
  await expect(question).toContainText('raised');
  await expect(field(page, words('lesion_note'))).toHaveValue('flat');
  await question.getByRole('button', { name: words('draft_use_other') }).click();
  await expect(field(page, words('lesion_note'))).toHaveValue('raised');
  await expect(button(page, words('form_save'))).toBeHidden();

  // The row goes while something is typed: the text does not.
  await field(page, words('lesion_note')).fill('what was typed');
  await button(other, words('lesion_delete')).click();
  await other.getByRole('button', { name: words('confirm_continue') }).click();
  await other
    .getByRole('alertdialog')
    .getByRole('button', { name: words('lesion_delete') })
    .click();
  await expect(page.getByText(words('draft_left_gone'))).toBeVisible();
  await expect(page.getByText('what was typed', { exact: true })).toBeVisible();
  await button(page, words('draft_discard')).click();
  await expect(page.getByText(words('draft_left_gone'))).toBeHidden();
});

test('a double tap makes one row', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.go('patients');
  await button(page, words('patients_add')).click();
  await field(page, words('patient_name')).fill('Ada Quill');
  // Both before the page can answer the first.
  await button(page, words('form_save')).evaluate((save: HTMLButtonElement) => {
    save.click();
    save.click();
  });
  await expect(page.getByRole('heading', { name: 'Ada Quill' })).toBeVisible();
  await button(page, words('lesion_add')).click();
  const target = page.getByRole('button', { name: words('body_place_hint') });
  const box = await target.boundingBox();
  if (!box) throw new Error('no drawing');
  await target.click({ position: { x: box.width * 0.2, y: box.height * 0.45 } });
  await button(page, words('lesion_add_here')).evaluate((add: HTMLButtonElement) => {
    add.click();
    add.click();
  });
  await expect(page).toHaveTitle(words('page_title', { page: words('lesion_title') }));
  await page.getByRole('link', { name: words('patient_title'), exact: true }).click();
  await expect(page.getByText(words('lesion_visits', { count: 0 }))).toHaveCount(1);
  await app.go('patients');
  await expect(page.getByText(words('patients_found', { count: 1 }))).toBeVisible();
});

test('back and forward: staying leaves the history as it was, leaving goes where one wanted', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 1);
  const { lesion } = await gatherCase(page, 'Ada Quill');
  await app.go('about');
  await app.go('history');
  await page.goto(`./#/lesion/${lesion}`);
  const note = field(page, words('lesion_note'));
  await expect(note).toBeVisible();
  await app.go('settings');
  await page.goBack();
  await note.fill('not saved');
  const here = page.url();
  const titled = (name: 'about' | 'history' | 'settings' | 'lesion') =>
    expect(page).toHaveTitle(words('page_title', { page: words(`${name}_title`) }));
  const stay = async (): Promise<void> => {
    await leaving(page)
      .getByRole('button', { name: words('confirm_cancel') })
      .click();
    await expect(leaving(page)).toBeHidden();
    expect(page.url()).toBe(here);
    await expect(note).toHaveValue('not saved');
  };
  const entries = await page.evaluate(() => history.length);

  await page.goBack();
  await stay();
  await page.goForward();
  await stay();
  // Two steps at once, as by a long press on Back.
  await page.evaluate(() => history.go(-2));
  await stay();
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words('nav_about'), exact: true })
    .click();
  await stay();
  expect(await page.evaluate(() => history.length)).toBe(entries);

  await page.evaluate(() => history.go(-2));
  await leaving(page)
    .getByRole('button', { name: words('leave_agree') })
    .click();
  await titled('about');
  // All of it is where it was, forward and back.
  await page.goForward();
  await titled('history');
  await page.goForward();
  await titled('lesion');
  await expect(note).toHaveValue('');
  await page.goForward();
  await titled('settings');
  await page.goBack();
  await titled('lesion');
  await page.goBack();
  await titled('history');
});

test('what is typed outlives a lock', async ({ app, page, context }) => {
  const secret = 'correct horse battery';
  const fill = (label: string, text: string) =>
    page.getByLabel(label, { exact: true }).filter({ visible: true }).fill(text);
  await app.start('./', 'clinician');
  await fillRecord(page, 1);
  const { patient } = await gatherCase(page, 'Ada Quill');
  await app.go('settings');
  await fill(words('lock_new'), secret);
  await fill(words('lock_repeat'), secret);
  await button(page, words('lock_set')).click();
  await button(page, words('lock_recovery_later')).click();
  await page.goto(`./#/patients/${patient}`);
  await button(page, words('patient_edit')).click();
  await fill(words('patient_note'), 'half a sen');
  // Another window locks; what is typed here is sealed already.
  const other = await context.newPage();
  await other.goto('./#/settings');
  await other.getByLabel(words('lock_passphrase'), { exact: true }).fill(secret);
  await button(other, words('lock_unlock')).click();
  await button(other, words('lock_now')).click();
  await fill(words('lock_passphrase'), secret);
  await button(page, words('lock_unlock')).click();
  await expect(field(page, words('patient_note'))).toHaveValue('half a sen');
  await button(page, words('form_save')).click();
  await expect(page.getByText('half a sen', { exact: true })).toBeVisible();
});

test('an undo that fails says so', async ({ app, page }) => {
  await app.start();
  await fillRecord(page, 1);
  await app.go('history');
  await app.history.entries.first().click();
  await button(page, words('history_delete')).click();
  await expect(page.getByRole('alertdialog')).toContainText('one minute');
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: words('history_delete') })
    .click();
  await expect(button(page, words('undo_action'))).toBeVisible();
  await breakWriting(page);
  await button(page, words('undo_action')).click();
  await expect(button(page, words('undo_again'))).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: words('failure_storage_full') })).toBeVisible();
  await expectAccessible(page);
  await button(page, words('notice_close')).click();
  await expect(button(page, words('undo_again'))).toBeHidden();
});
