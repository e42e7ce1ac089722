/** Whose picture it is: from the moment it comes in to the record, whatever is opened meanwhile. */
import sharp from 'sharp';
import type { Locator, Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { drawLesion } from './support/lesion.ts';
import { addCase, recordContents } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const patience = { timeout: 90_000 };

const button = (page: Page, key: Parameters<typeof words>[0]): Locator =>
  page.getByRole('button', { name: words(key), exact: true });
const subject = (page: Page): Locator => page.getByRole('region', { name: words('subject_title') });

async function pictures(count: number) {
  return Promise.all(
    Array.from({ length: count }, async (_, seed) => ({
      name: `${seed}.jpg`,
      mimeType: 'image/jpeg',
      buffer: await drawLesion(seed, 300),
    })),
  );
}

interface Kept {
  readonly patient?: string;
  readonly lesion?: string;
  readonly pictures: readonly { frame: unknown; reading: { probabilities: unknown; quality: unknown } }[];
}

/** What the record holds, newest first. */
async function kept(page: Page): Promise<Kept[]> {
  return (await recordContents(page)) as Kept[];
}

test('a queue that runs for one patient stays with that patient', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  const a = await addCase(page, 'Ada Quill');
  const b = await addCase(page, 'Zoë Brown');
  await page.goto(`./#/lesion/${a.lesion}`);
  await button(page, 'lesion_new_visit').click();
  // Enough of them to be still under way when the next page is open.
  const count = 12;
  await app.classify.choose(await pictures(count));
  await expect(subject(page)).toContainText('Ada Quill, born 1961');
  await expect(subject(page)).toContainText('of Ada Quill');
  await button(page, 'classify_queue_all').click();
  await page.evaluate((id) => (location.hash = `#/lesion/${id}`), b.lesion);
  await button(page, 'lesion_new_visit').click();
  // The pictures at hand are of the one, the next ones of the other.
  await expect(subject(page)).toContainText('Ada Quill');
  await expect(page.getByText(/Zoë Brown/)).toBeVisible();
  const done = words('classify_queue_progress', { done: count, total: count });
  await expect(page.getByText(done, { exact: true })).toBeVisible(patience);
  await expect
    .poll(async () => (await kept(page)).map(({ lesion }) => lesion), patience)
    .toEqual(Array(count).fill(a.lesion));
});

test('a picture on the page stays whose it is, and is given to somebody else only by hand', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  const a = await addCase(page, 'Ada Quill');
  const b = await addCase(page, 'Zoë Brown');
  await page.goto(`./#/lesion/${a.lesion}`);
  await button(page, 'lesion_new_visit').click();
  await app.classify.choose(await pictures(1));
  await expect(subject(page)).toContainText('Ada Quill');
  await page.evaluate((id) => (location.hash = `#/lesion/${id}`), b.lesion);
  await button(page, 'lesion_new_visit').click();
  await app.classify.classify();
  await app.classify.saved();
  await button(page, 'classify_adjust').click();
  await app.classify.classify();
  await app.classify.saved();
  // Reading it again with another crop replaces the first result.
  expect((await kept(page)).map(({ lesion }) => lesion)).toEqual([a.lesion]);

  await button(page, 'subject_change').click();
  const whose = subject(page).getByRole('combobox', { name: words('belonging_patient'), exact: true });
  await whose.fill('zo');
  await page.getByRole('option', { name: 'Zoë Brown' }).click();
  await expect(subject(page)).toContainText('Zoë Brown, born 1961');
  await expectAccessible(page);
  await expect.poll(async () => (await kept(page)).map(({ patient }) => patient)).toEqual([b.patient]);
});

test('what is read after a visit is nobody’s until somebody says', async ({ app, page }) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  const a = await addCase(page, 'Ada Quill');
  await page.goto(`./#/lesion/${a.lesion}`);
  await button(page, 'lesion_new_visit').click();
  await app.classify.choose(await pictures(1));
  await app.classify.classify();
  await app.classify.saved();
  await app.go('patients');
  await button(page, 'patients_add').click();
  await page.getByLabel(words('patient_name'), { exact: true }).fill('Zoë Brown');
  await button(page, 'form_save').click();
  await expect(page.getByRole('heading', { name: 'Zoë Brown' })).toBeVisible();
  await app.go('classify');
  await expect(subject(page)).toContainText('Ada Quill');
  await button(page, 'classify_another').click();
  await app.classify.choose(await pictures(1));
  await expect(subject(page)).toContainText(words('subject_no_patient'));
  await app.classify.classify();
  await app.classify.saved();
  expect((await kept(page)).map(({ lesion, patient }) => [lesion, patient])).toEqual([
    [undefined, undefined],
    [a.lesion, a.patient],
  ]);
});

test('a waiting picture whose patient is deleted says that it is nobody’s', async ({ app, page }) => {
  await app.start('./', 'clinician');
  const a = await addCase(page, 'Ada Quill');
  await page.goto(`./#/lesion/${a.lesion}`);
  await button(page, 'lesion_new_visit').click();
  await app.classify.choose(await pictures(1));
  await expect(subject(page)).toContainText('Ada Quill');
  await page.evaluate((id) => (location.hash = `#/patients/${id}`), a.patient);
  await button(page, 'patient_delete').click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: words('confirm_continue') }).click();
  await dialog.getByRole('button', { name: words('patient_delete') }).click();
  await app.go('classify');
  await expect(subject(page)).toContainText(words('subject_gone_spot'));
  await button(page, 'undo_action').click();
  await expect(subject(page)).toContainText('Ada Quill');
});

test('the photo album of one person says nothing of patients', async ({ app, page }) => {
  await app.start();
  await app.classify.choose(await pictures(1));
  await expect(subject(page)).toContainText(words('subject_no_spot'));
  await expect(subject(page)).not.toContainText(/patient/i);
});

test('a picture gets the same crop and numbers from a queue and by itself', async ({ app, page }) => {
  await app.start();
  await app.modelReady();
  const lesion = await drawLesion(5, 900);
  const buffer = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: '#d9a48c' } })
    .composite([{ input: lesion, left: 1550, top: 850 }])
    .jpeg({ quality: 90 })
    .toBuffer();
  const file = { name: 'spot.jpg', mimeType: 'image/jpeg', buffer };
  await app.classify.choose([file]);
  await app.classify.classify();
  await app.classify.saved();
  await button(page, 'classify_another').click();
  // The first is looked at and the second is not.
  await app.classify.choose([file, file]);
  await button(page, 'classify_queue_all').click();
  await expect.poll(async () => (await kept(page)).length, patience).toBe(3);
  const [first, ...others] = (await kept(page)).map(({ pictures: [picture] }) => [
    picture?.frame,
    picture?.reading.probabilities,
    picture?.reading.quality,
  ]);
  expect(others).toEqual([first, first]);
});

test('text that is dragged is left to the page, files are taken in', async ({ app, page }) => {
  await app.start();
  const prevented = (kind: 'text' | 'file'): Promise<boolean> =>
    page.evaluate((what) => {
      const dataTransfer = new DataTransfer();
      if (what === 'file') dataTransfer.items.add(new File(['x'], 'x.jpg', { type: 'image/jpeg' }));
      else dataTransfer.setData('text/plain', 'a note');
      const event = new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    }, kind);
  expect(await prevented('text')).toBe(false);
  expect(await prevented('file')).toBe(true);
});
