/** The result by importance: where its parts stand at each size, what stays in sight, and what can be done with it. */
import type { Locator, Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { Finger, Keys } from './support/hand.ts';
import { giving, host } from './support/host.ts';
import { calmManifest } from './support/pack.ts';
import { fillImpressions, recordContents } from './support/records.ts';
import type { App } from './support/app.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** For what reads a picture. */
const patience = { timeout: 90_000 };

type Key = Parameters<typeof words>[0];

const phone = { width: 390, height: 844 };
const sizes = [
  { name: 'phone', ...phone },
  { name: 'tablet portrait', width: 820, height: 1180 },
  { name: 'tablet landscape', width: 1180, height: 820 },
  { name: 'desktop', width: 1440, height: 900 },
] as const;

const button = (page: Page, key: Key, values?: Parameters<typeof words>[1]): Locator =>
  page.getByRole('button', { name: words(key, values), exact: true });
const card = (page: Page): Locator => page.locator('.triage');
const next = (page: Page): Locator => page.getByRole('region', { name: words('next_title'), exact: true });

/** A result in the page, with all that stands around it. */
async function result(app: App, page: Page): Promise<void> {
  await app.classify.chooseSample();
  await app.classify.classifyButton.click();
  const questions = page.getByRole('heading', { name: words('result_questions_title') });
  await expect(questions.or(card(page))).toBeVisible(patience);
}

async function box(target: Locator) {
  const found = await target.boundingBox();
  if (!found) throw new Error(`not shown: ${target.toString()}`);
  return { ...found, right: found.x + found.width, bottom: found.y + found.height };
}

/** Where an element ends, from the top of the page. */
function bottomOf(target: Locator): Promise<number> {
  return target.evaluate((element) => element.getBoundingClientRect().bottom + scrollY);
}

test('the result stands by importance at each size in a clinic', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await result(app, page);
  await expect(next(page)).toBeVisible();
  const picture = page.locator('.stage .picture');
  for (const { name, ...size } of sizes) {
    await page.setViewportSize(size);
    await page.evaluate(() => scrollTo(0, 0));
    const [image, advice, steps] = [await box(picture), await box(card(page)), await box(next(page))];
    if (name === 'phone') {
      expect(advice.y).toBeGreaterThan(image.y);
      expect(steps.y).toBeGreaterThanOrEqual(advice.bottom);
      const last = await bottomOf(page.locator('.headline .name'));
      expect(last, 'all that counts within 1.5 screens').toBeLessThanOrEqual(1.5 * size.height);
    } else {
      expect(advice.x, `${name}: beside the picture`).toBeGreaterThanOrEqual(image.right);
      expect(Math.abs(advice.y - image.y), name).toBeLessThan(size.height / 4);
    }
    if (name === 'tablet landscape' || name === 'desktop') {
      expect(steps.x, `${name}: a column of its own`).toBeGreaterThanOrEqual(advice.right);
      expect(steps.bottom, `${name}: in sight`).toBeLessThanOrEqual(size.height);
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, name).toBeLessThanOrEqual(size.width);
  }
  await expectAccessible(page);
});

test('new advice is in sight where the answer was given, in a clinic', async ({ app, page }) => {
  await page.setViewportSize(phone);
  await app.start('./', 'clinician');
  await app.modelReady();
  await result(app, page);
  const bleeding = page.getByRole('button', { name: words('sign_bleeding'), exact: true });
  await bleeding.evaluate((chip) => scrollTo(0, chip.getBoundingClientRect().top + scrollY - 60));
  await expect(card(page).getByRole('heading')).not.toBeInViewport();
  await bleeding.tap();
  await expect(page.getByText(words('checklist_advice', { advice: words('triage_soon') }))).toBeInViewport({
    ratio: 1,
  });
});

test('no bar takes more than a fifth of the height, with large text and at 400 %', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  await result(app, page);
  for (const { text, ...size } of [
    { text: '200%', ...phone },
    { text: '100%', width: 320, height: 256 },
  ]) {
    await page.setViewportSize(size);
    await page.evaluate((fontSize) => (document.documentElement.style.fontSize = fontSize), text);
    for (const step of [0, 0.3, 0.6, 1]) {
      await page.evaluate((share) => scrollTo(0, share * document.documentElement.scrollHeight), step);
      await expect
        .poll(() =>
          page.evaluate(() =>
            [...document.querySelectorAll<HTMLElement>('main *')]
              // What a closed part holds is not laid out anew.
              .filter((one) => one.checkVisibility())
              .filter(
                (one) => getComputedStyle(one).position === 'sticky' && one.offsetHeight > innerHeight / 5,
              )
              .map((one) => `${one.className}: ${one.offsetHeight}`),
          ),
        )
        .toEqual([]);
    }
  }
});

test('at home a calm result offers a reminder, says where it is, and takes it back', async ({
  app,
  page,
}) => {
  const manifest = await calmManifest('9.0.0');
  const server = await host({
    '/model/manifest.json': giving('application/json', () => manifest),
  });
  const lesions = async () =>
    ((await recordContents(page)) as { lesion?: string }[]).map(({ lesion }) => lesion);
  try {
    await page.setViewportSize(phone);
    await app.start(server.url);
    await app.modelReady();
    await result(app, page);
    const questions = page.getByRole('group', { name: words('sign_bleeding_question') });
    await expect(questions).toBeVisible();
    // Until then nothing says what the picture looks like.
    await expect(page.getByText(words('inspect_attention_title'))).toHaveCount(0);
    await button(page, 'checklist_rest').tap();
    await expect(card(page)).toBeInViewport();
    await expect(page.getByText(words('inspect_attention_title'))).toBeVisible();
    await expect(page.getByText(words('next_check_title'), { exact: true })).toHaveCount(0);
    // All that counts within 1.5 screens, once the questions are answered.
    const last = await bottomOf(page.locator('.headline .name'));
    expect(last).toBeLessThanOrEqual(1.5 * phone.height);

    await button(page, 'next_remind').tap();
    await expect(page.getByRole('link', { name: words('next_unnamed') }).first()).toBeVisible();
    expect((await lesions())[0]).toBeDefined();
    await button(page, 'next_check_undo').tap();
    await expect(button(page, 'next_remind')).toBeVisible();
    await expect.poll(async () => (await lesions())[0]).toBeUndefined();
    await expectAccessible(page);

    // What was answered can be changed, and the new advice is where the answer is.
    await page.getByText(words('checklist_title')).tap();
    const yes = questions.getByRole('radio', { name: words('checklist_answers_yes') });
    await yes.check();
    await expect(
      page.getByText(words('checklist_advice', { advice: words('triage_soon') })),
    ).toBeInViewport();
  } finally {
    server.close();
  }
});

for (const kind of ['touch', 'keyboard'] as const) {
  test(`the impression comes before the result where that is wanted, by ${kind}`, async ({ app, page }) => {
    const hand = kind === 'touch' ? new Finger() : new Keys(page);
    await app.start('./', 'clinician');
    await app.modelReady();
    await app.go('settings');
    await page.getByRole('switch', { name: words('settings_impression') }).check();
    await app.go('classify');
    await app.classify.chooseSample();
    await hand.press(button(page, 'classify_action'));
    await expect(page.getByRole('heading', { name: words('impression_first_title') })).toBeVisible(patience);
    await expect(card(page)).toBeHidden();
    await expect(page.locator('.headline')).toBeHidden();
    await expectAccessible(page);
    await hand.press(button(page, 'impression_unsure'));
    await expect(card(page)).toBeVisible();
    const line = page.getByText(words('impression_line', { impression: words('impression_unsure') }));
    await expect(line).toBeVisible();

    // Changed after the result, it says so; it is kept with the visit.
    const own = page.getByRole('region', { name: words('impression_title') }).first();
    await hand.press(own.getByRole('button', { name: words('impression_change') }));
    await hand.press(own.getByRole('button', { name: words('impression_suspicious'), exact: true }));
    await expect(own).toContainText(words('impression_after_result'));
    await app.go('history');
    await app.history.entries.first().click();
    await expect(
      page.getByText(words('impression_line', { impression: words('impression_suspicious') })),
    ).toBeVisible();
  });
}

test('what can be done with a result is done there: diagnosis, check-up, share, done', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await result(app, page);
  await button(page, 'next_diagnosis_open').tap();
  const diagnosis = page.getByRole('form', { name: words('finding_diagnosis') });
  await diagnosis.getByRole('combobox').selectOption('mel');
  await diagnosis.getByRole('button', { name: words('form_save') }).tap();
  // The diagnosis leads at once.
  await expect(card(page).getByRole('heading')).toHaveText(words('triage_soon'));
  await button(page, 'next_check_months', { count: 1 }).tap();
  await expect(button(page, 'next_check_undo')).toBeVisible();
  await button(page, 'next_share').tap();
  await expect(page.getByRole('switch', { name: words('share_pseudonymised') })).toBeVisible();
  await expectAccessible(page);
  await button(page, 'classify_another').tap();
  await expect(app.classify.sampleButton).toBeVisible();

  // What was saved can be taken back at once.
  await result(app, page);
  await button(page, 'saving_undo').tap();
  await expect(page.getByText(words('saving_deleted'))).toBeVisible();
});

test('the agreement says what it needs, and then who was right', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await page.goto('./#/agreement');
  await expect(page.getByText(words('agreement_empty', { least: 10, count: 0 }))).toBeVisible();
  await fillImpressions(page, 40);
  await page.reload();
  await expect(page.getByRole('heading', { name: words('agreement_histology') })).toBeVisible();
  await expect(page.getByText(words('agreement_after', { count: 4 }))).toBeVisible();
  const table = page.getByRole('table', { name: words('agreement_how_often') }).first();
  const counts = await table.locator('tbody td').allTextContents();
  // 40 visits, 4 of them with a late impression, 3 of them refused by the model.
  expect(counts.map(Number).reduce((sum, each) => sum + each, 0)).toBe(33);
  await expect(page.getByText(words('agreement_sensitivity_text'))).toBeVisible();
  await expectAccessible(page);
});
