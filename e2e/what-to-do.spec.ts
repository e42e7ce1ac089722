import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const sample = new URL('../public/sample/synthetic-lesion.jpg', import.meta.url);

test('a poor picture is told, a warning sign overrides its reading and is kept, all without a network', async ({
  app,
  page,
  context,
}) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await app.keptForOffline();
  await context.setOffline(true);

  const blurred = await sharp(readFileSync(sample)).blur(14).jpeg().toBuffer();
  await app.classify.choose([{ name: 'blurred.jpg', mimeType: 'image/jpeg', buffer: blurred }]);
  await expect(page.getByText(words('reading_quality_blurred'))).toBeVisible();
  await expect(page.getByText(words('reading_quality_use'))).toBeVisible();
  await app.classify.classify();
  await app.classify.saved();
  await expect(page.getByText(words('triage_reason_poor_picture'))).toBeVisible();
  await expect(page.getByText(words('triage_always_clinician'))).toBeVisible();
  const soon = page.getByRole('heading', { name: words('triage_soon'), exact: true });
  await expect(soon).toBeHidden();

  // By keyboard: a chip is a tap, and counts at once.
  const bleeding = page.getByRole('button', { name: words('sign_bleeding') });
  await bleeding.press('Space');
  await expect(soon).toBeVisible();
  await expect(bleeding).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: words('checklist_rest') }).press('Enter');
  await expect(page.getByRole('button', { name: words('checklist_rest') })).toBeDisabled();

  await page.getByRole('link', { name: words('classes_read_more') }).click();
  await expect(page.getByRole('heading', { name: words('classes_dermatoscope') })).toBeVisible();
  await page.getByRole('link', { name: words('classes_back') }).click();
  await expect(page.getByRole('heading', { level: 1, name: words('classes_title') })).toBeVisible();

  await app.go('history');
  await app.history.entries.first().click();
  await expect(soon).toBeVisible();
  await expect(page.getByText(words('triage_reason_signs', { signs: words('sign_bleeding') }))).toBeVisible();
  await expect(bleeding).toHaveAttribute('aria-pressed', 'true');
  await bleeding.click();
  await expect(soon).toBeHidden();

  await app.go('settings');
  await page.getByRole('radio', { name: words('mode_self') }).check();
  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByText(words('triage_always_self'))).toBeVisible();
  await expect(soon).toBeHidden();
  const question = page.getByRole('group', { name: words('sign_fast_growth_question') });
  await expect(question.getByRole('radio', { name: words('checklist_answers_no') })).toBeChecked();
});
