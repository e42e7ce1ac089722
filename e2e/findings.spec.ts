import { expectAccessible } from './support/accessible.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test('what was found is entered, listed, filtered by, and asked about when two tabs differ', async ({
  app,
  page,
  context,
}) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 3);
  await app.go('history');
  await app.history.entries.first().click();
  const diagnosis = page.getByRole('form', { name: words('finding_diagnosis') });
  const histology = page.getByRole('form', { name: words('finding_histology') });
  await diagnosis.getByRole('combobox').selectOption({ label: words('class_mel_name') });
  await diagnosis.getByRole('button', { name: words('form_save') }).click();
  await expect(diagnosis.getByText(words('draft_saved'), { exact: true })).toBeVisible();

  await histology.getByRole('combobox').selectOption({ label: words('finding_other') });
  await histology.getByRole('button', { name: words('form_save') }).click();
  // What is none of the classes has to be said in words.
  await expect(histology.getByLabel(words('finding_what'))).toBeFocused();
  await histology.getByLabel(words('finding_what')).fill('viral wart');
  await histology.getByLabel(words('finding_histology_date')).fill('2026-01-20');

  // Going elsewhere would lose it.
  const here = page.url();
  await page.goBack();
  const leaving = page.getByRole('alertdialog', { name: words('leave_title') });
  await leaving.getByRole('button', { name: words('confirm_cancel') }).click();
  await expect(histology.getByLabel(words('finding_what'))).toHaveValue('viral wart');
  expect(page.url()).toBe(here);

  const other = await context.newPage();
  await other.goto(page.url());
  const theirs = other.getByRole('form', { name: words('finding_histology') });
  await theirs.getByRole('combobox').selectOption({ label: words('class_nv_name') });
  await theirs.getByRole('button', { name: words('form_save') }).click();
  await expect(theirs.getByText(words('draft_saved'), { exact: true })).toBeVisible();
  await other.close();

  // Asked as soon as this window hears of it, before anything is saved.
  await expect(histology.getByRole('alert')).toContainText(words('class_nv_name'));
  await expectAccessible(page);
  await histology.getByRole('button', { name: words('draft_keep_mine') }).click();
  await histology.getByRole('button', { name: words('form_save') }).click();
  await expect(histology.getByText(words('draft_saved'), { exact: true })).toBeVisible();
  await page.reload();
  await expect(histology.getByLabel(words('finding_what'))).toHaveValue('viral wart');
  await expect(diagnosis.getByRole('combobox')).toHaveValue('mel');

  await histology.getByLabel(words('finding_what')).fill('something else');
  await app.go('history');
  await leaving.getByRole('button', { name: words('leave_agree') }).click();
  const short = words('finding_histology_short', { name: words('finding_other_short') });
  await expect(app.history.entries.first()).toContainText(short);
  await page.getByText(words('filter_more')).click();
  await page.getByLabel(words('filter_without_histology')).check();
  await expect(page.getByText(words('filter_found', { found: 2, count: 3 }))).toBeVisible();
});
