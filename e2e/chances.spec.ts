/** What the figures of a result mean: chances for the setting, and the double-check that settles a result. */
import type { Locator, Page } from 'playwright/test';
import sharp from 'sharp';
import type { StaticServer } from '../scripts/static-server.ts';
import { giving, host } from './support/host.ts';
import { manifestOf } from './support/pack.ts';
import { expect, test } from './support/test.ts';
import { anyWords, words } from './support/words.ts';

interface Mode {
  predictionSet: { threshold: number };
  operatingPoints: { threshold: number }[];
}

interface Pack {
  classes: { code: string; kind: string }[];
  calibration: { gate: { threshold: number } };
  priors: { settings: Record<'home' | 'practice' | 'clinic', { prior: Record<string, number> }> };
  domainCalibration: Record<'dermatoscope' | 'phone', { plain: Mode; eightViews: Mode }>;
}

/** The app with its own network, which takes everything for a lesion; `change` what its numbers mean. */
async function withPack(change: (pack: Pack) => void): Promise<StaticServer> {
  const pack = JSON.parse(await manifestOf('9.0.0')) as Pack;
  pack.calibration.gate.threshold = 1;
  change(pack);
  return host({ '/model/manifest.json': giving('application/json', () => JSON.stringify(pack)) });
}

/** Shares of a setting in which the cancers and precancers are together `share` of all. */
function priorWith({ classes }: Pack, share: number): Record<string, number> {
  const serious = classes.filter(({ kind }) => kind !== 'benign').length;
  return Object.fromEntries(
    classes.map(({ code, kind }) => [
      code,
      kind === 'benign' ? (1 - share) / (classes.length - serious) : share / serious,
    ]),
  );
}

/** Nothing is flagged by this mode, or everything. */
function flagging(mode: Mode, all: boolean): void {
  mode.predictionSet.threshold = 1;
  for (const point of mode.operatingPoints) point.threshold = all ? 0 : 1;
}

const array = (page: Page): Locator => page.locator('.reading svg[role=img]');
const advice = (page: Page): Locator => page.locator('#triage-step');

test('another setting, or numbers of one’s own, change the chances and never the advice', async ({
  app,
  page,
}) => {
  const server = await withPack((pack) => {
    const { home, practice, clinic } = pack.priors.settings;
    home.prior = priorWith(pack, 0.0001);
    practice.prior = priorWith(pack, 0.2);
    clinic.prior = priorWith(pack, 0.9999);
    for (const modes of Object.values(pack.domainCalibration)) flagging(modes.plain, true);
  });
  try {
    await app.start(server.url, 'clinician');
    await app.classify.chooseSample();
    await app.classify.classify();
    await app.classify.saved();
    const urgent = words('triage_soon');
    await expect(advice(page)).toHaveText(urgent);

    /** The sentence that stands for the setting: said, drawn with its words, and counted. */
    const sentence = async (place: string): Promise<string> => {
      await expect(page.getByRole('heading', { name: words('chance_title', { place }) })).toBeVisible();
      const said = (await array(page).getAttribute('aria-label')) ?? '';
      expect(said).toContain(place);
      await expect(page.locator('.reading strong', { hasText: said })).toBeVisible();
      const count = Number(/(\d+) would/.exec(said)?.[1]);
      await expect(array(page).locator('path')).toHaveCount(count);
      await expect(array(page).locator('circle')).toHaveCount(100 - count);
      return said;
    };
    const choose = async (setting: 'setting_home' | 'setting_clinic'): Promise<void> => {
      await app.go('settings');
      await page.getByRole('radio', { name: words(setting) }).check();
      await app.go('classify');
      await app.classify.unfold();
      await expect(advice(page)).toHaveText(urgent);
    };

    const practice = await sentence(words('setting_in_practice'));
    await choose('setting_clinic');
    const clinic = await sentence(words('setting_in_clinic'));
    await choose('setting_home');
    const home = await sentence(words('setting_at_home'));
    expect(new Set([practice, clinic, home]).size).toBe(3);
    expect(clinic).toContain(words('chance_more', { count: 99 }));
    expect(home).toContain(words('chance_fewer', { count: 1 }));

    // A small chance beside urgent advice is explained, and nothing benign has a figure.
    await expect(page.getByText(words('chance_small_but_urgent')).first()).toBeVisible();
    await expect(page.getByText(words('reading_probabilities_benign'))).toBeVisible();
    await expect(page.getByText(words('chance_rest'))).toBeHidden();
    for (const row of await app.classify.probabilities()) {
      const benign = ['bkl', 'df', 'nv', 'vasc'].some(
        (code) => words(`class_${code as 'nv'}_name`) === row.name,
      );
      expect(row.percent === '', row.name).toBe(benign);
    }

    // Numbers of one's own: refused while they are not a hundred together, used when they are, and taken back.
    await app.go('settings');
    await page.getByText(words('priors_title')).click();
    const melanoma = page.getByRole('spinbutton', { name: words('class_mel_name') });
    const naevus = page.getByRole('spinbutton', { name: words('class_nv_name') });
    const before = Number(await naevus.inputValue());
    await melanoma.fill(String(20));
    const save = page.getByRole('button', { name: words('priors_save') });
    await expect(save).toBeDisabled();
    await page.locator('form', { has: melanoma }).evaluate((form) => {
      for (const input of form.querySelectorAll('input')) {
        input.value = '1';
        input.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    await naevus.fill('4');
    await melanoma.fill('91');
    await expect(save).toBeEnabled();
    await save.click();
    await expect(page.getByText(words('priors_saved'))).toBeVisible();
    await app.go('classify');
    await app.classify.unfold();
    expect(await sentence(words('setting_at_home'))).not.toBe(home);
    await expect(advice(page)).toHaveText(urgent);
    await app.go('settings');
    await page.getByText(words('priors_title')).click();
    await page.getByRole('button', { name: words('priors_reset') }).click();
    await expect(naevus).toHaveValue(String(before));
    await app.go('classify');
    await app.classify.unfold();
    expect(await sentence(words('setting_at_home'))).toBe(home);
  } finally {
    server.close();
  }
});

test('a double-check replaces the result in place, is kept, and can be turned off', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.saved();
  const done = page.getByText(words('double_check_done'));
  await expect(done).toHaveCount(0);

  await app.go('settings');
  await page.getByRole('switch', { name: words('settings_double_check') }).check();
  await app.go('classify');
  await app.classify.another();
  await app.classify.chooseSample();
  await expect(page.getByRole('switch', { name: words('classify_double_check') })).toBeChecked();
  // What is shown of the result, whenever something of it changes.
  await page.evaluate(() => {
    const seen: { line: string; named: boolean; top: number }[] = [];
    Object.assign(window, { seen });
    const look = (): void => {
      const line = document.querySelector('.reading .checked')?.textContent ?? '';
      const name = document.querySelector('.reading .headline .name');
      const top = document.querySelector('#triage-step')?.getBoundingClientRect().top ?? NaN;
      if (seen.at(-1)?.line !== line) seen.push({ line, named: name !== null, top: top + scrollY });
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  await app.classify.classifyButton.click();
  await expect(done).toBeVisible({ timeout: 90_000 });
  await app.classify.saved();
  const seen = await page.evaluate(
    () => (window as unknown as { seen: { line: string; named: boolean; top: number }[] }).seen,
  );
  // First the plain result, while it is being checked; then the settled one where that stood.
  const running = seen.find(({ line }) => line === words('double_check_running'));
  const settled = seen.find(({ line }) => line === words('double_check_done'));
  expect(running).toMatchObject({ named: true });
  expect(settled?.top).toBeCloseTo(running?.top ?? NaN, 0);
  await app.classify.unfold();
  const views = page.getByRole('heading', { name: words('reading_views_title') });
  await expect(views).toBeVisible();

  // The record has the settled one.
  await app.go('history');
  await app.history.entries.first().click();
  await expect(done).toBeVisible();
});

test('a settled result is never calmer than the one that was shown', async ({ app, page }) => {
  const server = await withPack((pack) => {
    for (const setting of Object.values(pack.priors.settings)) setting.prior = priorWith(pack, 0.0001);
    for (const modes of Object.values(pack.domainCalibration)) {
      flagging(modes.plain, true);
      flagging(modes.eightViews, false);
    }
  });
  try {
    await app.start(server.url, 'clinician');
    await app.go('settings');
    await page.getByRole('switch', { name: words('settings_double_check') }).check();
    await app.go('classify');
    await app.classify.chooseSample();
    await app.classify.classify();
    await expect(page.getByText(words('double_check_done'))).toBeVisible({ timeout: 90_000 });
    // By the double-check alone nothing is flagged.
    await expect(page.getByText(words('reading_screening_not_reached'))).toBeVisible();
    await expect(advice(page)).toHaveText(words('triage_soon'));
    await app.classify.saved();
    await app.go('history');
    await app.history.entries.first().click();
    await expect(advice(page)).toHaveText(words('triage_soon'));
  } finally {
    server.close();
  }
});

test('a tap on the picture centres the crop there', async ({ app, page }) => {
  await app.start('./', 'clinician');
  const { data, info } = await sharp({
    create: { width: 1000, height: 800, channels: 3, background: '#d9a48c' },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 1000, height: 800 });
  await app.classify.choose([{ name: 'wide.png', mimeType: 'image/png', buffer: data }]);
  const crop = page.getByRole('application', { name: words('frame_label') });
  const side = page.getByText(anyWords('frame_pixels'));
  await expect(side).toContainText(words('frame_pixels', { side: 800 }));
  const box = await crop.boundingBox();
  if (!box) throw new Error('no crop');
  // The crop is the middle 84 % of what is seen: this is 26.2 % of 800 px from the top, and as far below it fits.
  await crop.tap({ position: { x: box.width * 0.5, y: box.height * 0.3 } });
  await expect(side).not.toContainText(words('frame_pixels', { side: 800 }));
  const tapped = Number(/(\d+) ×/.exec(await side.innerText())?.[1]);
  expect(Math.abs(tapped - 419)).toBeLessThanOrEqual(4);
  await page.getByRole('button', { name: words('frame_reset') }).click();
  await expect(side).toContainText(words('frame_pixels', { side: 800 }));
});
