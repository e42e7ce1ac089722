/** Every page and opened part, on the screens that leave the least room, and to axe. */
import { cameraFlags, chromiumOptions } from '../scripts/browser.ts';
import type { App } from './support/app.ts';
import { violations } from './support/accessible.ts';
import { misfits, narrowScreens, showOn } from './support/fit.ts';
import { drawLesion } from './support/lesion.ts';
import { addCase, fillCourse } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { speakTo, words } from './support/words.ts';

const { args = [], ...options } = chromiumOptions();
test.use({ launchOptions: { ...options, args: [...args, ...cameraFlags] }, actionTimeout: 20_000 });
test.use({ serviceWorkers: 'allow' });
// A browser that emulates a phone zooms out by itself when it is sized anew.
test.use({ isMobile: false, hasTouch: false });

const usual = { width: 820, height: 1180 };

type Look = (state: string) => Promise<void>;

/** Opens everything on a page that unfolds. */
async function unfold({ page }: App): Promise<void> {
  await page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });
}

/** Changes who uses the app, and starts it anew. */
async function useAs(app: App, mode: 'self' | 'clinician'): Promise<void> {
  await app.set({ mode });
  speakTo(mode);
  await app.page.reload();
}

async function check(app: App, look: Look): Promise<void> {
  const { page } = app;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await page.goto('./');
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look('disclaimer');
  await button(words('disclaimer_accept')).click();
  await page.getByRole('button', { name: words('mode_self') }).click();
  await expect(app.classify.sampleButton).toBeVisible();
  await look('first start');
  // The camera is looked at for as long as it takes: it must not take a picture by itself.
  await app.set({ autoCapture: false });
  await button(words('classify_camera')).click();
  await expect(button(words('camera_shutter'))).toBeEnabled();
  await look('camera');
  await button(words('camera_close')).click();
  await app.modelReady();
  await app.classify.chooseSample();
  await expect(app.classify.classifyButton).toBeEnabled();
  await look('crop');
  await app.classify.classify();
  await app.classify.saved();
  await unfold(app);
  await look('result');
  await button(words('classify_another')).click();
  const pictures = await Promise.all([1, 2].map((seed) => drawLesion(seed)));
  await app.classify.choose(
    pictures.map((buffer, at) => ({ name: `${at}.jpg`, mimeType: 'image/jpeg', buffer })),
  );
  await expect(button(words('classify_queue_all'))).toBeVisible();
  await look('queue');
  await button(words('classify_queue_clear')).click();
}

async function keep(app: App, look: Look): Promise<void> {
  const { page } = app;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await app.go('map');
  await button(words('lesion_add')).click();
  await page.getByLabel(words('body_list')).selectOption({ index: 1 });
  await look('map, a place is chosen');
  await button(words('lesion_add_here')).click();
  await expect(page.getByLabel(words('lesion_name'), { exact: true })).toBeVisible();
  await look('new spot');
  const { lesion, visit } = await fillCourse(page, '1.0.0');
  await useAs(app, 'clinician');
  await page.goto('./#/');
  await expect(page.getByRole('link', { name: words('nav_patients') })).toBeVisible();
  await look('home');
  await page.goto('./#/history');
  await expect(app.history.entries.first()).toBeVisible();
  await unfold(app);
  await look('history');
  await button(words('history_delete_all')).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await look('question before all is deleted');
  await button(words('confirm_cancel')).click();
  await page.goto(`./#/history/${visit}`);
  await expect(page.getByRole('heading', { name: words('opinions_title') })).toBeVisible();
  await button(words('opinions_write')).click();
  await unfold(app);
  await look('visit');
  await page.goto(`./#/lesion/${lesion}`);
  await button(words('share_case')).click();
  await expect(button(words('backup_make'))).toBeVisible();
  await unfold(app);
  await look('lesion');
  await page.goto(`./#/report/lesion/${lesion}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look('report of a lesion');
  await page.goto(`./#/report/visit/${visit}`);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await look('report of a visit');
  await longNames(app, look);
  await page.goto('./#/due');
  await expect(page.getByRole('heading', { name: words('due_title') })).toBeVisible();
  await look('check-ups');
  await page.goto('./#/patients');
  await button(words('patients_add')).click();
  await look('patients');
  await page.goto('./#/open');
  await unfold(app);
  await look('open a file');
}

/** A name without a gap, on every page that shows one. */
async function longNames(app: App, look: Look): Promise<void> {
  const { page } = app;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const named = await addCase(page, 'Donaudampfschifffahrtsgesellschaftskapitaensmuetzenabzeichen');
  await page.goto(`./#/lesion/${named.lesion}`);
  await page.reload();
  await button(words('lesion_check_in', { count: 1 })).click();
  await button(words('form_save')).click();
  await look('lesion with a long name');
  await page.goto(`./#/patients/${named.patient}`);
  await expect(page.getByRole('heading', { name: words('lesions_title') })).toBeVisible();
  await look('patient with a long name');
  await page.goto(`./#/lesion/${named.lesion}`);
  await button(words('lesion_new_visit')).click();
  await expect(page.getByRole('link', { name: words('belonging_open_lesion') })).toBeVisible();
  await look('next picture is of a long name');
  await app.classify.chooseSample();
  await expect(app.classify.classifyButton).toBeVisible();
  await look('picture of a long name');
  await app.classify.classifyButton.click();
  await app.classify.saved();
  await look('result of a long name');
}

async function know(app: App, look: Look): Promise<void> {
  const { page } = app;
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  await page.goto('./#/settings');
  for (const key of ['backup_save', 'share_addresses'] as const) await button(words(key)).click();
  await expect(page.getByLabel(words('share_name'), { exact: true })).toBeVisible();
  await unfold(app);
  await look('settings, the backup open');
  await button(words('backup_fhir')).click();
  await expect(page.getByLabel(words('fhir_search'), { exact: true })).toBeVisible();
  await look('settings, the export open');
  await page.goto('./#/model');
  await expect(page.getByRole('table', { name: words('model_figures') })).toBeVisible();
  await unfold(app);
  await look('model');
  await page.goto('./#/classes');
  await look('conditions');
  await page.goto('./#/classes/mel');
  await expect(page.getByText(words('class_mel_what'))).toBeVisible();
  await look('condition');
  await page.goto('./#/about');
  await look('about');
  await page.goto('./#/nowhere');
  await look('no page');
  await page.goto('./#/settings');
  await page.getByLabel(words('lock_new'), { exact: true }).fill('four words and more');
  await page.getByLabel(words('lock_repeat'), { exact: true }).fill('four words and more');
  await button(words('lock_set')).click();
  await expect(page.getByRole('heading', { name: words('lock_recovery_title') })).toBeVisible();
  await look('recovery code');
  await button(words('lock_recovery_later')).click();
  await button(words('lock_now')).click();
  await expect(page.getByRole('heading', { name: words('lock_title') })).toBeVisible();
  await unfold(app);
  await look('lock');
}

/** Goes everywhere and gives what `look` finds. */
async function everywhere(app: App, look: () => Promise<string[]>): Promise<string[]> {
  const faults: string[] = [];
  const note: Look = async (state) => {
    faults.push(...(await look()).map((fault) => `${state}: ${fault}`));
  };
  await check(app, note);
  await keep(app, note);
  await know(app, note);
  return faults;
}

test('everything fits small and low screens and large text', async ({ app, page }) => {
  test.setTimeout(400_000);
  const faults = await everywhere(app, async () => {
    const found: string[] = [];
    for (const [name, screen] of Object.entries(narrowScreens)) {
      await showOn(page, screen);
      for (const misfit of await misfits(page)) found.push(`${name}: ${misfit}`);
      const shutter = page.getByRole('button', { name: words('camera_shutter') });
      if (await shutter.isVisible()) {
        const { x = -1, y = -1, width = 0, height = 0 } = (await shutter.boundingBox()) ?? {};
        const inside = x >= 0 && y >= 0 && x + width <= screen.width && y + height <= screen.height;
        if (!inside || height < 44) found.push(`${name}: the shutter is at ${x},${y}, ${width}x${height}`);
      }
    }
    await showOn(page, usual);
    return found;
  });
  expect(faults).toEqual([]);
});

test('axe finds no fault anywhere, with reduced motion and forced colours', async ({ app, page }) => {
  test.setTimeout(400_000);
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  expect(await everywhere(app, () => violations(page))).toEqual([]);
});
