/** Learning on the device: what was confirmed, a head that is better and one that is not, and the way back. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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

/** Three files of colleagues are merged and used; five that cannot be are refused in clear words. */
async function mergesWithColleagues(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Export the version/ }).click();
  const own = await exported(page, words('noise_export_without'));
  expect(own).not.toContain('epsilon');
  await page.getByRole('switch', { name: words('noise_add') }).check();
  await expectAccessible(page);
  const noisy = await exported(page, words('noise_export'));
  await expect(page.getByText(/^Noise was added: epsilon 8, delta 1 in 100,000/)).toBeVisible();
  const open = page.locator('input[multiple][accept*=json]');
  const file = (name: string, text: string) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  const refusal = page.getByRole('alert');
  await open.setInputFiles([
    file('mine.json', own),
    file('old.json', colleague(own, 1, { pack: { id: 'lentigo-skin-lesions', version: '0.0.1' } })),
    file('cells.json', colleague(own, 1, { pack: { id: 'cells', version: '1.0.0' } })),
    file('letter.json', 'Dear colleague'),
    file('changed.json', tampered(own)),
    file('noisy.json', colleague(noisy, 9)),
  ]);
  await expect(refusal.filter({ hasText: 'mine.json' })).toContainText(words('failure_update_own'));
  await expect(refusal.filter({ hasText: 'old.json' })).toContainText(words('failure_update_other_version'));
  await expect(refusal.filter({ hasText: 'cells.json' })).toContainText(words('failure_update_other_model'));
  await expect(refusal.filter({ hasText: 'letter.json' })).toContainText(words('failure_update_none'));

  await expect(refusal.filter({ hasText: 'changed.json' })).toContainText(words('failure_update_tampered'));

  // A colleague's noise is told before anything is merged.
  await expect(page.getByText(words('merge_noisy', { epsilon: '8' }))).toBeVisible();
  await page.getByRole('button', { name: words('merge_leave_out_label', { name: 'noisy.json' }) }).click();

  const files = [1, 2, 3].map((part) => file(`clinic-${part}.json`, colleague(own, part)));
  await open.setInputFiles([...files, ...files.slice(0, 1)]);
  await expect(refusal).toHaveCount(1);
  await expect(refusal).toContainText(words('failure_update_twice'));
  await expect(page.getByText(words('merge_signed_unknown'))).toHaveCount(3);
  await page.getByRole('button', { name: words('merge_action', { count: 3 }) }).click();
  await expect(page.getByText(words('learning_better'))).toBeVisible(patient);
  await expect(page.getByText(words('merge_figures_text'))).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: words('learning_use') }).click();
  await expect(page.getByText(/Merged from 3 files of colleagues/)).toBeVisible();
  await expect(page.getByText(/clinic-2\.json: Exported on/)).toBeVisible();
}

/** The text of the file that a button makes. */
async function exported(page: Page, button: string): Promise<string> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  return readFile(await (await downloading).path(), 'utf8');
}

/** What a colleague would send whose device learned nearly the same, signed with its key. */
function colleague(own: string, part: number, changes: object = {}): string {
  const outer = JSON.parse(own) as { update: string };
  const update = JSON.parse(outer.update) as { kernel: string };
  const kernel = Buffer.from(update.kernel, 'base64');
  kernel.writeFloatLE(kernel.readFloatLE(0) + part / 1000, 0);
  const changed = JSON.stringify({ ...update, ...changes, kernel: kernel.toString('base64') });
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const signature = {
    algorithm: 'ed25519',
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    signature: sign(null, Buffer.from(`lentigo-head-update-v1\n${changed}`), privateKey).toString('hex'),
  };
  return JSON.stringify({ ...outer, update: changed, signature });
}

/** Says another number of cases than its device has signed. */
function tampered(own: string): string {
  const outer = JSON.parse(own) as { update: string };
  const update = JSON.parse(outer.update) as { cases: Record<string, number> };
  const changed = JSON.stringify({ ...update, cases: { ...update.cases, nv: 100_000 } });
  return JSON.stringify({ ...outer, update: changed });
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

test('learns from 40 visits, is used, merged with colleagues’ files, and can be taken back', async ({
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
  await mergesWithColleagues(page);
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

test.describe('kept for offline', () => {
  test.use({ serviceWorkers: 'allow' });

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
});
