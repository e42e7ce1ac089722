import { readFileSync } from 'node:fs';
import type { Locator } from 'playwright/test';
import sharp from 'sharp';
import { giving, host } from './support/host.ts';
import { calmManifest } from './support/pack.ts';
import { expect, test } from './support/test.ts';
import { speakTo, words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

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
  const urgent = (): Locator => page.getByRole('heading', { name: words('triage_soon'), exact: true });
  const soon = urgent();
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

  // The same advice in the words for people at home, without a reload.
  await app.go('settings');
  await page.getByRole('radio', { name: words('mode_self') }).check();
  speakTo('self');
  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByText(words('triage_always_self'))).toBeVisible();
  await expect(urgent()).toBeVisible();
  const question = page.getByRole('group', { name: words('sign_bleeding_question') });
  const answer = (name: 'yes' | 'no'): Locator =>
    question.getByRole('radio', { name: words(`checklist_answers_${name}`) });
  // Folded where the advice waits for no answer.
  await page.getByText(words('checklist_title')).click();
  await expect(answer('yes')).toBeChecked();
  await answer('no').check();
  await expect(urgent()).toBeHidden();
  await expect(answer('no')).toBeChecked();
});

test('at home calm advice waits for the answers, and the answers can make it urgent', async ({
  app,
  page,
}) => {
  const manifest = await calmManifest('9.0.0');
  const server = await host({
    '/model/manifest.json': giving('application/json', () => manifest),
  });
  try {
    await app.start(server.url);
    await app.modelReady();
    await app.classify.chooseSample();
    await app.classify.classifyButton.click();
    const calm = page.getByRole('heading', { name: words('triage_watch') });
    const urgent = page.getByRole('heading', { name: words('triage_soon'), exact: true });
    await expect(page.getByRole('heading', { name: words('result_questions_title') })).toBeVisible();
    await expect(calm).toBeHidden();
    await expect(page.getByRole('heading', { name: words('result_looks_like') })).toBeHidden();

    await page.getByRole('button', { name: words('checklist_rest') }).click();
    await expect(calm).toBeVisible();
    const bleeding = page.getByRole('group', { name: words('sign_bleeding_question') });
    await page.getByText(words('checklist_title')).click();
    await bleeding.getByRole('radio', { name: words('checklist_answers_yes') }).check();
    await expect(urgent).toBeVisible();
    await expect(page.getByText(words('checklist_advice', { advice: words('triage_soon') }))).toBeVisible();
  } finally {
    server.close();
  }
});
