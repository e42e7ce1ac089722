import type { Page } from 'playwright/test';
import type { App } from './support/app.ts';
import { smallTargets, violations } from './support/accessible.ts';
import { expect, test } from './support/test.ts';
import { anyWords, words } from './support/words.ts';

const phone = { width: 390, height: 844 };
const portrait = { width: 820, height: 1180 };
const landscape = { width: 1180, height: 820 };

/** The screens that every state is looked at on. Dark has other colours and nothing else. */
const screens = {
  light: [
    { size: phone, axe: 'all' },
    { size: portrait, axe: undefined },
    { size: landscape, axe: 'all' },
  ],
  dark: [{ size: phone, axe: ['color-contrast'] }],
} as const;

/** Looks at every state of the app that a person meets, one after the other. */
async function walk(app: App, look: (state: string) => Promise<void>): Promise<void> {
  const { page } = app;
  await page.goto('./');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look('disclaimer');
  await page.getByRole('button', { name: words('disclaimer_accept') }).click();
  await expect(page.getByRole('heading', { name: words('mode_title') })).toBeFocused();
  await look('use');
  await page.getByRole('button', { name: words('mode_self') }).click();
  await app.modelReady();
  await look('classify, empty');
  await app.classify.chooseSample();
  await expect(app.classify.classifyButton).toBeEnabled();
  await look('classify, framing');
  await app.classify.classify();
  await app.classify.saved();
  await look('classify, result');
  await app.go('history');
  await expect(app.history.entries).toHaveCount(1);
  await look('history');
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_source_sample'))).toBeVisible();
  await look('history, entry');
  await app.go('settings');
  await look('settings');
  await app.go('about');
  await look('about');
  await page.getByRole('link', { name: words('model_link') }).click();
  await expect(page.getByRole('heading', { name: words('model_files') })).toBeVisible();
  await expect(page.getByRole('table', { name: words('model_figures') })).toBeVisible();
  await look('model');
  await page.goto('./#/classes');
  await expect(page.getByText(words('classes_intro', { count: 7 }))).toBeVisible();
  await look('classes');
  await page.goto('./#/classes/mel');
  await expect(page.getByText(words('class_mel_what'))).toBeVisible();
  await look('class');
  await page.goto('./#/nowhere');
  await expect(page.getByText(words('page_unknown_text'))).toBeVisible();
  await look('unknown');
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: 'reduce', serviceWorkers: 'allow' });

    test('no page has a fault that axe can find, or a target too small for a finger', async ({
      app,
      page,
    }) => {
      const faults: string[] = [];
      await walk(app, async (state) => {
        for (const { size, axe } of screens[colorScheme]) {
          await page.setViewportSize(size);
          const found = await smallTargets(page);
          if (axe) found.push(...(await violations(page, axe === 'all' ? undefined : axe)));
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          if (overflow > 0) found.push(`${overflow} px wider than the screen`);
          faults.push(...found.map((fault) => `${state}, ${size.width} px: ${fault}`));
        }
      });
      expect(faults).toEqual([]);
    });
  });
}

/** Presses Tab until the focus is on what has this role and name. */
async function tabTo(page: Page, role: 'button' | 'link', name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluateAll((found) => found.includes(document.activeElement as HTMLElement))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach "${name}"`);
}

test('the whole job is done by keyboard', async ({ app, page }) => {
  await page.goto('./');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await tabTo(page, 'button', words('disclaimer_accept'));
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: words('mode_self') })).toBeFocused();
  await page.keyboard.press('Enter');
  await app.modelReady();
  await tabTo(page, 'button', words('classify_sample'));
  await page.keyboard.press('Enter');
  await expect(app.classify.classifyButton).toBeEnabled();

  // The frame moves and zooms by keys.
  const side = page.getByText(anyWords('frame_pixels'));
  const before = await side.textContent();
  await page.getByRole('application', { name: words('frame_label') }).focus();
  await page.keyboard.press('+');
  await expect(side).not.toHaveText(before ?? '');

  await tabTo(page, 'button', words('classify_action'));
  await page.keyboard.press('Enter');
  // The result, or the questions before it.
  await expect(page.getByRole('heading', { name: words('classify_result_title') })).toBeFocused();
  await app.classify.waitForResult();
  await app.classify.saved();
  await tabTo(page, 'button', words('classify_another'));
  await page.keyboard.press('Enter');
  await expect(app.classify.sampleButton).toBeVisible();

  await tabTo(page, 'link', words('nav_history'));
  await page.keyboard.press('Enter');
  await expect(app.history.entries).toHaveCount(1);
  await app.history.entries.first().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText(words('history_source_sample'))).toBeVisible();
});
