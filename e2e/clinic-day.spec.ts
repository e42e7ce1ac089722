/** A day in a clinic, from the unlock to the lock, on a tablet without a network: by touch, and by keyboard. */
import type { Browser, Locator, Page } from 'playwright/test';
import { App } from './support/app.ts';
import { Finger, Keys, type Hand } from './support/hand.ts';
import { drawLesion, takenOn } from './support/lesion.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

const secret = 'nine blue doors open late';
/** For what derives a key or reads a picture. */
const patient = { timeout: 60_000 };

type Key = Parameters<typeof words>[0];

/** What comes before: the app is installed, a passphrase is set, the network is gone. */
async function install(app: App, page: Page): Promise<void> {
  await app.start('./', 'clinician');
  await app.modelReady();
  await app.keptForOffline();
  await app.go('settings');
  await page.getByLabel(words('lock_new'), { exact: true }).fill(secret);
  await page.getByLabel(words('lock_repeat'), { exact: true }).fill(secret);
  await page.getByRole('button', { name: words('lock_set'), exact: true }).click();
  await page.getByRole('button', { name: words('lock_recovery_later') }).click(patient);
  await page.context().setOffline(true);
  await page.reload();
}

/** What a colleague does with the case on a device of their own: opens it, and answers with an opinion. */
async function colleague(app: App, file: string): Promise<string> {
  const { page } = app;
  const button = (key: Key): Locator => page.getByRole('button', { name: words(key), exact: true });
  const field = (key: Key): Locator => page.getByLabel(words(key), { exact: true });
  await app.start(undefined, 'clinician');
  await page.goto('./#/open');
  await page.locator('input[type=file]').setInputFiles(file);
  await field('backup_passphrase').fill(secret);
  await button('backup_look').click();
  await button('share_open_action').click();
  await expect(page.getByText(words('share_opened'))).toBeVisible();
  await app.go('history');
  await app.history.entries.first().click();
  await button('opinions_write').click();
  await field('opinions_author').fill('Dr Bo Lind');
  await field('opinions_note').fill('Please excise.');
  await button('opinions_keep').click();
  await page.getByRole('link', { name: words('belonging_open_lesion') }).click();
  await button('share_case').click();
  await page.getByRole('radio', { name: words('share_what_opinions') }).check();
  await field('backup_passphrase').fill(secret);
  await field('lock_repeat').fill(secret);
  const download = page.waitForEvent('download', patient);
  await button('backup_make').click();
  return (await download).path();
}

/** @param answerTo gives a colleague's answer to a case, as a file */
async function day(page: Page, hand: Hand, answerTo: (file: string) => Promise<string>): Promise<void> {
  const button = (key: Key): Locator => page.getByRole('button', { name: words(key), exact: true });
  const field = (key: Key): Locator => page.getByLabel(words(key), { exact: true });
  const go = (key: 'nav_patients' | 'nav_settings'): Promise<void> =>
    hand.press(page.getByRole('navigation').getByRole('link', { name: words(key), exact: true }));
  const locked = page.getByRole('heading', { name: words('lock_title'), exact: true });

  /** @param day that the file says, where it says one */
  async function choose(seed: number, day?: string): Promise<void> {
    const dialog = page.waitForEvent('filechooser');
    await hand.press(button('classify_choose').and(page.locator('button')));
    const plain = { name: 'spot.jpg', mimeType: 'image/jpeg', buffer: await drawLesion(seed, 640) };
    await (await dialog).setFiles(day === undefined ? plain : await takenOn(seed, day));
  }

  async function read(): Promise<void> {
    await hand.press(button('classify_action'));
    await expect(page.getByText(words('saving_saved'))).toBeVisible(patient);
  }

  // Unlock.
  await expect(locked).toBeVisible();
  await hand.type(field('lock_passphrase'), secret);
  await hand.press(button('lock_unlock'));
  await expect(locked).toBeHidden(patient);

  // A new patient, and a lesion on the map.
  await go('nav_patients');
  await hand.press(button('patients_add'));
  await hand.type(field('patient_name'), 'Ada Quill');
  await hand.press(button('form_save'));
  await hand.press(button('lesion_add'));
  await hand.place(page.getByRole('button', { name: words('body_place_hint') }));
  await hand.press(button('lesion_add_here'));
  await expect(button('lesion_new_visit')).toBeVisible();

  // One visit: the own impression, three pictures, diagnosis, check-up, and a note.
  await hand.press(button('lesion_new_visit'));
  await choose(3);
  await hand.press(button('impression_suspicious'));
  await read();
  for (const seed of [4, 5]) {
    await hand.press(button('picture_add'));
    await choose(seed);
    await read();
  }
  await hand.press(button('next_diagnosis_open'));
  const diagnosis = page.getByRole('form', { name: words('finding_diagnosis') });
  await hand.pick(diagnosis.getByRole('combobox'), words('class_mel_name'));
  await hand.press(diagnosis.getByRole('button', { name: words('form_save') }));
  await expect(diagnosis.getByText(words('draft_saved'))).toBeVisible();
  await hand.press(page.getByRole('button', { name: words('next_check_months', { count: 3 }), exact: true }));
  await expect(button('next_check_undo')).toBeVisible();
  await hand.press(page.getByRole('link', { name: words('saving_open') }));
  await expect(page.getByRole('list', { name: words('picture_strip') }).getByRole('listitem')).toHaveCount(3);
  await hand.type(page.getByRole('textbox', { name: words('history_note_label') }), 'Dark, at the rim.');
  await expect(page.getByText(words('draft_saved'), { exact: true })).toBeVisible();
  await hand.press(page.getByRole('link', { name: words('belonging_open_lesion') }));

  // The second visit, years before by what its file says; both side by side and blended.
  await hand.press(button('lesion_new_visit'));
  await choose(6, '2024-05-03');
  await expect(page.getByText(/Taken on .*2024/)).toBeVisible();
  await read();
  await hand.press(page.getByRole('region', { name: words('subject_title') }).getByRole('link'));
  await expect(page.locator('.side img[src]')).toHaveCount(2);
  await hand.choose(page.getByRole('radio', { name: words('compare_blend') }));
  await expect(page.locator('.box img[src]')).toHaveCount(2);

  // The course on paper.
  await hand.press(page.getByRole('link', { name: words('report_link') }));
  await expect(button('report_print')).toBeVisible();
  const report = page.getByRole('article', { name: words('report_title') });
  await expect(report).toContainText('Ada Quill');
  // The older visit comes first; the diagnosis leads the other.
  const visits = report.getByRole('table', { name: words('report_visits') }).getByRole('row');
  await expect(visits.nth(1)).toContainText('2024');
  await expect(visits.nth(2)).toContainText(words('class_mel_name'));
  await page.goBack();

  // The case as a file for a colleague.
  await hand.press(button('share_case'));
  await hand.type(field('backup_passphrase'), secret);
  await hand.type(field('lock_repeat'), secret);
  const download = page.waitForEvent('download', patient);
  await hand.press(button('backup_make'));
  const sent = await download;
  expect(sent.suggestedFilename()).toMatch(/^lentigo-case-.+\.txt$/);

  // The opinion comes back.
  const answer = await answerTo(await sent.path());
  await go('nav_patients');
  await hand.press(page.getByRole('link', { name: words('open_title'), exact: true }));
  const chooser = page.waitForEvent('filechooser');
  await hand.press(page.locator('input[type=file]'));
  await (await chooser).setFiles(answer);
  await hand.type(field('backup_passphrase'), secret);
  await hand.press(button('backup_look'));
  await hand.press(button('share_open_action'));
  await hand.press(page.getByRole('listitem').filter({ hasText: 'Dr Bo Lind' }).getByRole('link'));
  await expect(page.getByText('Please excise.')).toBeVisible();

  // Lock.
  await go('nav_settings');
  await hand.press(button('lock_now'));
  await expect(locked).toBeVisible();
  await expect(page.getByText('Ada Quill')).toHaveCount(0);
}

const elsewhere = (browser: Browser, baseURL: string | undefined) => async (file: string) => {
  const context = await browser.newContext({ ...(baseURL && { baseURL }) });
  return colleague(new App(await context.newPage()), file);
};

test('the day of a clinic without a network, by touch', async ({ app, page, browser, baseURL }) => {
  await install(app, page);
  await day(page, new Finger(), elsewhere(browser, baseURL));
});

test('the day of a clinic without a network, by keyboard', async ({ app, page, browser, baseURL }) => {
  await install(app, page);
  await day(page, new Keys(page), elsewhere(browser, baseURL));
});
