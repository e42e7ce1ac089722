/** Learning on the device: what was confirmed, a head that is better and one that is not, and the way back. */
import path from 'node:path';
import type { Page } from 'playwright/test';
import { bundleScript } from '../scripts/bundle-script.ts';
import { expectAccessible } from './support/accessible.ts';
import { App } from './support/app.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** Learning takes seconds, on a busy machine many. */
const patient = { timeout: 90_000 };

async function correct(page: Page, count: number, findings: 'right' | 'wrong'): Promise<void> {
  const code = await bundleScript(path.join(import.meta.dirname, 'support/learning-page.ts'), 'learning');
  await page.evaluate(`(async () => { ${code}; await learning.correct(${count}, '${findings}'); })()`);
}

async function openLearning(app: App): Promise<void> {
  await app.go('about');
  await app.page.getByRole('link', { name: words('model_link') }).click();
  await app.page.getByRole('link', { name: words('learning_link') }).click();
  await expect(app.page.getByRole('heading', { name: words('learning_title'), level: 1 })).toBeVisible();
  await expect(app.page.getByRole('heading', { name: words('learning_versions') })).toBeVisible(patient);
}

/** The chances of all conditions of the sample, and the run's details. */
async function sampleResult(app: App): Promise<{ chances: string; details: string }> {
  await app.go('classify');
  await app.classify.chooseSample();
  await app.classify.classify();
  const { result } = app.classify;
  const chances = await result
    .locator('section', {
      has: app.page.getByRole('heading', { name: words('reading_probabilities_title') }),
    })
    .first()
    .innerText();
  const details = await result
    .locator('section', { has: app.page.getByRole('heading', { name: words('reading_details_title') }) })
    .last()
    .innerText();
  await app.classify.saved();
  await app.classify.another();
  return { chances, details };
}

/** What stands before the date of a head. */
const adapted = (): RegExp => /adapted on this device on/;

test('learns from 40 visits, is used, names itself in results, and can be taken back', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  const original = await sampleResult(app);
  expect(original.details).not.toMatch(adapted());

  await correct(page, 40, 'right');
  await page.reload();
  await app.modelReady();
  await openLearning(app);
  await expectAccessible(page);
  await page.getByRole('button', { name: words('learning_action') }).click();
  await expect(page.getByText(words('learning_better'))).toBeVisible(patient);
  await expectAccessible(page);
  await page.getByRole('button', { name: words('learning_use') }).click();
  await expect(page.getByRole('button', { name: words('learning_back') })).toBeVisible();

  const changed = await sampleResult(app);
  expect(changed.details).toMatch(adapted());
  expect(changed.chances).not.toBe(original.chances);

  // It is still in use after the page was loaded anew.
  await page.reload();
  await app.modelReady();
  expect((await sampleResult(app)).chances).toBe(changed.chances);

  await openLearning(app);
  await page.getByRole('button', { name: words('learning_back') }).click();
  await expect(page.getByRole('button', { name: words('learning_back') })).toBeHidden();
  const back = await sampleResult(app);
  expect(back.chances).toBe(original.chances);
  expect(back.details).not.toMatch(adapted());
});

test('refuses what it learned of wrong corrections', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await correct(page, 40, 'wrong');
  await page.reload();
  await app.modelReady();
  await openLearning(app);
  await page.getByRole('button', { name: words('learning_action') }).click();
  await expect(page.getByText(words('learning_refused'))).toBeVisible(patient);
  await expect(page.getByText(words('learning_refused_corrections'))).toBeVisible();
  await expect(page.getByRole('button', { name: words('learning_use') })).toHaveCount(0);
});

test('says what is missing, and works without a network', async ({ app, page, context }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await app.keptForOffline();
  await openLearning(app);
  await expect(page.getByText(words('learning_none'))).toBeVisible();
  await expect(page.getByText(words('learning_missing_lesions', { count: 30 }))).toBeVisible();
  await expect(page.getByRole('button', { name: words('learning_action') })).toHaveCount(0);
  await correct(page, 31, 'right');
  // The bank was fetched with the model: learning needs no network.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const database = await new Promise<IDBDatabase>((resolve, reject) => {
          const request = indexedDB.open('lentigo-packs');
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('not opened'));
        });
        const count = await new Promise<number>((resolve) => {
          const request = database.transaction('banks').objectStore('banks').count();
          request.onsuccess = () => resolve(request.result);
        });
        database.close();
        return count;
      }),
    )
    .toBe(1);
  await app.go('classify');
  await context.setOffline(true);
  await page.reload();
  await app.modelReady();
  await openLearning(app);
  await page.getByRole('button', { name: words('learning_action') }).click();
  await expect(page.getByRole('heading', { name: words('learning_result') })).toBeVisible(patient);
});
