import type { Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** Opens a visit of the history and says which lesion it shows. */
async function assign(page: Page, at: number, patient: string, lesion: string): Promise<void> {
  await page
    .getByRole('list', { name: words('history_list_label') })
    .getByRole('link')
    .nth(at)
    .click();
  const whose = page.getByRole('combobox', { name: words('belonging_patient'), exact: true });
  const before = await whose.inputValue();
  await whose.fill('nobody of that name');
  await whose.press('Escape');
  await expect(whose).toHaveValue(before);
  await whose.fill(patient.slice(0, 5).toLowerCase());
  await page.getByRole('option', { name: patient }).click();
  await expect(whose).toHaveValue(patient);
  await page.getByLabel(words('belonging_lesion'), { exact: true }).selectOption({ label: lesion });
  await expect(page.getByRole('link', { name: words('belonging_open_lesion') })).toBeVisible();
  await page
    .getByRole('link', { name: words('history_back') })
    .first()
    .click();
}

test('a patient, a lesion on the map, its course, and what is deleted by mistake', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 3);
  await app.go('patients');
  await expect(page.getByText(words('patients_empty'))).toBeVisible();
  for (const name of ['Ada Quill', 'Zoë Brown']) {
    await button(page, words('patients_add')).click();
    await page.getByLabel(words('patient_name'), { exact: true }).fill(name);
    await page.getByLabel(words('patient_born'), { exact: true }).fill('1961-02-03');
    await button(page, words('form_save')).click();
    await expect(page.getByRole('heading', { name })).toBeVisible();
    await page
      .getByRole('link', { name: words('patients_title') })
      .first()
      .click();
  }
  await page.getByLabel(words('patients_search'), { exact: true }).fill('zoe 1961');
  await expect(page.getByRole('list', { name: words('patients_title') }).getByRole('link')).toHaveCount(1);
  await page.getByLabel(words('patients_search'), { exact: true }).fill('quill');
  await expectAccessible(page);
  await page.getByRole('link', { name: /Ada Quill/ }).click();

  // By touch, then moved by keyboard.
  await button(page, words('lesion_add')).click();
  const target = page.getByRole('button', { name: words('body_place_hint') });
  const box = await target.boundingBox();
  if (!box) throw new Error('no drawing');
  await target.click({ position: { x: box.width * 0.2, y: box.height * 0.45 } });
  const placed = words('body_placed', { view: words('body_view_front'), place: 'right forearm' });
  await expect(page.getByRole('status').filter({ hasText: placed })).toBeVisible();
  await page.getByRole('button', { name: placed }).press('ArrowDown');
  await button(page, words('lesion_add_here')).click();
  await page.getByLabel(words('lesion_name'), { exact: true }).fill('the dark one');
  await button(page, words('form_save')).click();
  await expect(page.getByRole('heading', { name: 'the dark one' }).first()).toBeVisible();

  await app.go('history');
  const lesion = 'the dark one, right forearm';
  await assign(page, 0, 'Ada Quill', lesion);
  await assign(page, 2, 'Ada Quill', lesion);
  await page.getByLabel(words('filter_text'), { exact: true }).fill('quill forearm');
  await expect(page.getByText(words('filter_found', { found: 2, count: 3 }))).toBeVisible();
  await expect(app.history.entries).toHaveCount(2);
  await app.history.entries.first().click();
  await page.getByRole('link', { name: words('belonging_open_lesion') }).click();

  await expect(page.getByRole('heading', { name: words('compare_title') })).toBeVisible();
  await expect(page.locator('.side img[src]')).toHaveCount(2);
  await page.getByRole('radio', { name: words('compare_slider') }).check();
  await page.getByLabel(words('compare_divider'), { exact: true }).fill('30');
  await page.getByRole('radio', { name: words('compare_blend') }).check();
  await expect(page.locator('.box img[src]')).toHaveCount(2);
  await expectAccessible(page);

  // Written down under the wrong person; what is being typed meanwhile is kept.
  const whose = page.getByRole('combobox', { name: words('belonging_patient'), exact: true });
  const note = page.getByLabel(words('lesion_note'), { exact: true });
  const toPatient = page.getByRole('link', { name: words('patient_title'), exact: true });
  await note.fill('raised');
  for (const [typed, name] of [
    ['zo', 'Zoë Brown'],
    ['ada', 'Ada Quill'],
  ] as const) {
    await whose.fill(typed);
    await page.getByRole('option', { name }).click();
    await expect(whose).toHaveValue(name);
  }
  await expect(note).toHaveValue('raised');
  await toPatient.click();
  const leaving = page.getByRole('alertdialog', { name: words('leave_title') });
  await expectAccessible(page);
  await leaving.getByRole('button', { name: words('confirm_cancel') }).click();
  await button(page, words('form_save')).click();
  await expect(button(page, words('form_save'))).toBeHidden();

  await toPatient.click();
  await expect(page.getByRole('link', { name: 'the dark one', exact: true })).toBeVisible();
  await expectAccessible(page);
  await button(page, words('patient_delete')).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await dialog.getByRole('button', { name: words('patient_delete') }).click();
  await button(page, words('undo_action')).click();
  await page.getByLabel(words('patients_search'), { exact: true }).fill('');
  await page.getByRole('link', { name: /Ada Quill/ }).click();
  await expect(page.getByRole('link', { name: 'the dark one', exact: true })).toBeVisible();
});

test('whoever is searched in vain can be added, with a birth date that can be', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 1);
  await app.go('patients');
  await button(page, words('patients_add')).click();
  await page.getByLabel(words('patient_name'), { exact: true }).fill('Jürgen O’Müller');
  const born = page.getByLabel(words('patient_born'), { exact: true });
  await born.fill('0085-03-04');
  await button(page, words('form_save')).click();
  await expect(born).toHaveJSProperty('validationMessage', words('patient_born_too_early'));
  await born.fill('1960-02-29');
  await button(page, words('form_save')).click();
  await expect(page.getByRole('heading', { name: 'Jürgen O’Müller' })).toBeVisible();
  await page
    .getByRole('link', { name: words('patients_title') })
    .first()
    .click();

  const search = page.getByLabel(words('patients_search'), { exact: true });
  const rows = page.getByRole('list', { name: words('patients_title') }).getByRole('link');
  await search.fill("o'mueller 29.02.1960");
  await expect(rows).toHaveCount(1);
  await search.fill('Ada Lovelace');
  await expect(page.getByText(words('belonging_none_found'))).toBeVisible();
  await expectAccessible(page);
  await button(page, words('patients_add_named', { name: 'Ada Lovelace' })).click();
  await expect(page.getByLabel(words('patient_name'), { exact: true })).toHaveValue('Ada Lovelace');
  await button(page, words('form_save')).click();
  await expect(page.getByRole('heading', { name: 'Ada Lovelace' })).toBeVisible();

  // The same from a visit, where the new patient is chosen at once.
  await app.go('history');
  await app.history.entries.first().click();
  const whose = page.getByRole('combobox', { name: words('belonging_patient'), exact: true });
  await whose.fill('Grace Hopper');
  await page.getByRole('option', { name: words('patients_add_named', { name: 'Grace Hopper' }) }).click();
  await expect(whose).toHaveValue('Grace Hopper');
  await app.go('patients');
  await search.fill('hopper');
  await expect(rows).toHaveCount(1);
});
