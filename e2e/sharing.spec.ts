import { readFileSync } from 'node:fs';
import { armor } from 'age-encryption';
import type { Locator, Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { App } from './support/app.ts';
import { drop } from './support/drop.ts';
import { fillRecord, gatherCase } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ serviceWorkers: 'allow' });

const button = (page: Page, key: Parameters<typeof words>[0]) =>
  page.getByRole('button', { name: words(key), exact: true });

/** Makes an address for a device and gives it. */
async function introduce(app: App, name: string): Promise<string> {
  const { page } = app;
  await app.go('settings');
  await button(page, 'share_addresses').click();
  await page.getByLabel(words('share_name'), { exact: true }).fill(name);
  await button(page, 'share_make').click();
  await expect(page.getByRole('img', { name: words('share_qr') })).toBeVisible();
  return page.locator('.card code').innerText();
}

async function lockFor(page: Page, name: string): Promise<void> {
  const address = words('share_lock_address', { name });
  await page.getByLabel(words('share_lock_with')).selectOption({ label: address });
}

/** Writes the file for the address of somebody and gives its path. */
async function madeFor(page: Page, name: string): Promise<string> {
  await lockFor(page, name);
  const downloading = page.waitForEvent('download');
  await button(page, 'backup_make').click();
  return (await downloading).path();
}

/** A share sheet that takes files, and notes their names, in the place of the system's, which no test can open. */
function layShareSheet(): void {
  const shared: string[] = [];
  Object.assign(window, { shared });
  Object.assign(navigator, {
    canShare: ({ files }: ShareData) => files?.length === 1,
    share: ({ files }: ShareData) =>
      Promise.resolve(void shared.push(...(files ?? []).map(({ name }) => name))),
  });
}

/** Looks into the file that has come in and gives the rows of what it would do. */
async function lookInto(page: Page): Promise<Locator> {
  await button(page, 'backup_look').click();
  await expect(button(page, 'share_open_action')).toBeVisible();
  return page.getByRole('row');
}

/** Pastes a text into the page, as Ctrl+V does. */
function paste(page: Page, text: string): Promise<unknown> {
  return page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
  }, text);
}

/** Shares a text file to the app, as the system does: by a form that is posted to the share target. */
async function shareTo(page: Page, text: Buffer): Promise<void> {
  const arrived = page.getByRole('button', { name: words('device_shared_take') });
  await Promise.all([
    page.waitForURL(/#\/$/),
    page.evaluate((shared) => {
      const form = Object.assign(document.createElement('form'), {
        method: 'POST',
        enctype: 'multipart/form-data',
        action: './share-target',
      });
      const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
      const files = new DataTransfer();
      files.items.add(new File([shared], 'opinion.txt', { type: 'text/plain' }));
      input.files = files.files;
      form.append(input);
      document.body.append(form);
      form.submit();
    }, String(text)),
  ]);
  // Any site could have posted it: the person says that it is to be opened.
  await arrived.click();
  await page.waitForURL(/#\/open$/);
}

/** How many visits the navigation says to have something new. */
async function expectNews(page: Page, count: number): Promise<void> {
  const news = page.getByRole('navigation').getByText(words('arrival_count', { count }));
  await expect(news).toHaveCount(count > 0 ? 1 : 0);
}

test('a text that is no whole file says so, wherever it comes in', async ({ app, page }) => {
  await app.start();
  await app.go('about');
  const text = armor.encode(new Uint8Array(200).fill(7));
  await drop(page, 'case.txt', text.slice(0, 150), 'text/plain');
  await expect(page).toHaveTitle(words('page_title', { page: words('open_title') }));
  await expect(page.getByText(words('failure_armour_damaged'))).toBeVisible();
  await expectAccessible(page);
  await app.go('history');
  await drop(page, 'note.age', 'to whom it may concern');
  await expect(page.getByText(words('failure_backup_foreign'))).toBeVisible();
  await app.go('history');
  await page.getByRole('link', { name: words('open_title') }).click();
  await page.getByText(words('open_paste'), { exact: true }).click();
  await page.getByLabel(words('open_paste_label')).fill(`${text}\n${armor.encode(new Uint8Array(9))}`);
  await expect(page.getByText(words('failure_armour_several'))).toBeVisible();
  await expectAccessible(page);
});

test('a case without names goes to a colleague, and the opinion comes back', async ({
  app,
  page,
  browser,
  problems,
}) => {
  await app.start('./', 'clinician');
  await fillRecord(page, 2);
  const { patient, lesion } = await gatherCase(page, 'Ada Quill');
  await introduce(app, 'Dr Send');

  const home = new URL('./', page.url()).href;
  const context = await browser.newContext();
  problems.watch(context);
  const other = new App(await context.newPage());
  await other.start(home, 'clinician');
  const address = await introduce(other, 'Dr Bo Lind');

  await page.getByLabel(words('share_colleague_name')).fill('Bo Lind');
  // Address and signing key, as the card has them.
  expect(address).toMatch(/^age1[0-9a-z]{58} ed25519:[0-9a-f]{64}$/);
  await page.getByLabel(words('share_colleague_address'), { exact: true }).fill(address.slice(0, -1));
  await button(page, 'share_keep').click();
  await expect(page.getByText(words('failure_address_wrong'))).toBeVisible();
  await page.getByLabel(words('share_colleague_address'), { exact: true }).fill(address);
  await button(page, 'share_keep').click();
  await expect(page.getByText(words('failure_address_wrong'))).toBeHidden();
  await expectAccessible(page);

  await page.goto(`./#/patients/${patient}`);
  await button(page, 'share_case').click();
  await expect(page.getByRole('switch', { name: words('share_pseudonymised') })).toBeChecked();
  await page.getByLabel(words('share_lock_with')).selectOption({ index: 1 });
  await expectAccessible(page);
  const file = await madeFor(page, 'Bo Lind');

  // By mail: quoted, with other line ends and words around.
  const mail = `Dear colleague,\n${readFileSync(file, 'utf8').replaceAll(/^/gm, '> ')}\nKind regards`;
  await paste(other.page, mail.replaceAll('\n', '\r\n'));
  const rows = await lookInto(other.page);
  await expect(rows.filter({ hasText: words('backup_examinations') }).getByRole('cell')).toHaveText([
    '2',
    '0',
    '0',
  ]);
  await button(other.page, 'share_sender_keep').click();
  await expect(other.page.getByText(words('share_sender_kept'))).toBeVisible();
  await expectAccessible(other.page);
  await button(other.page, 'share_open_action').click();
  await expect(other.page.getByText(words('share_opened'))).toBeVisible();
  const code = patient.slice(0, 8).toUpperCase();
  await expect(other.page.getByRole('link', { name: words('nav_history') })).toContainText('2');
  await expect(other.page.getByRole('listitem').filter({ hasText: 'Dr Send' })).toHaveCount(2);
  await expectAccessible(other.page);
  await other.page.goto(`${home}#/patients/${patient}`);
  await expect(other.page.getByRole('heading', { name: words('share_code_name', { code }) })).toBeVisible();

  await other.go('history');
  await other.history.entries.first().click();
  await button(other.page, 'opinions_write').click();
  await expect(other.page.getByLabel(words('opinions_author'))).toHaveValue('Dr Bo Lind');
  await other.page.getByLabel(words('opinions_diagnosis')).selectOption({ label: words('class_mel_name') });
  await other.page.getByLabel(words('opinions_note')).fill('Please excise.');
  await expectAccessible(other.page);
  await button(other.page, 'opinions_keep').click();
  await expect(other.page.getByText('Please excise.')).toBeVisible();
  await expect(other.page.getByText(words('opinions_signed_here'))).toBeVisible();
  await other.page.goto(`${home}#/lesion/${lesion}`);
  await button(other.page, 'share_case').click();
  await other.page.getByRole('radio', { name: words('share_what_opinions') }).check();
  await other.page.evaluate(layShareSheet);
  await lockFor(other.page, 'Dr Send');
  await button(other.page, 'backup_make').click();
  await button(other.page, 'share_pass_on').click();
  expect(await other.page.evaluate('shared')).toEqual([expect.stringMatching(/^lentigo-opinions-.+\.txt$/)]);
  // With a share sheet nothing goes to the downloads by itself.
  const answered = other.page.waitForEvent('download');
  await other.page.getByRole('link', { name: /lentigo-opinions/ }).click();
  const answer = await (await answered).path();

  await app.keptForOffline();
  await shareTo(page, readFileSync(answer));
  const back = await lookInto(page);
  await expect(back.filter({ hasText: words('backup_opinions') }).getByRole('cell')).toHaveText([
    '1',
    '0',
    '0',
  ]);
  await button(page, 'share_open_action').click();
  await expect(page.getByText(words('share_opened'))).toBeVisible();
  await expectNews(page, 1);
  // Nobody has looked at it by loading the page again.
  await page.goto('./#/settings');
  await page.reload();
  await expectNews(page, 1);
  await app.go('history');
  await expect(app.history.entries.filter({ hasText: words('arrival_new') })).toHaveCount(1);
  const arrival = page.getByRole('listitem').filter({ hasText: 'Dr Bo Lind' });
  await expect(arrival).toContainText(/1 opinion from Dr Bo Lind on Ada Quill, .*left upper back/);
  await arrival.getByRole('link').click();
  await expect(page.getByText('Please excise.')).toBeVisible();
  await expect(page.getByText(words('opinions_signed_colleague', { name: 'Bo Lind' }))).toBeVisible();
  await expectNews(page, 0);
  await expect(page.getByText(/^Dr Bo Lind, /)).toBeVisible();
  await page.goto(`./#/patients/${patient}`);
  await expect(page.getByRole('heading', { name: 'Ada Quill' })).toBeVisible();

  // The same case for a system that keeps patients' files, with the name.
  await app.go('settings');
  await button(page, 'backup_fhir').click();
  await page.getByLabel(words('fhir_search'), { exact: true }).fill('quill');
  await page.getByRole('checkbox', { name: /Ada Quill/ }).check();
  await expect(page.getByText(words('fhir_named_text'))).toBeVisible();
  await expectAccessible(page);
  const downloading = page.waitForEvent('download');
  await button(page, 'backup_make').click();
  await expect(page.getByText(words('fhir_done', { count: 2 }))).toBeVisible();
  const bundle = JSON.parse(readFileSync(await (await downloading).path(), 'utf8')) as {
    resourceType: string;
    entry: { resource: { resourceType: string; name?: { text: string }[] } }[];
  };
  expect(bundle.resourceType).toBe('Bundle');
  const kinds = bundle.entry.map(({ resource }) => resource.resourceType);
  expect(kinds.filter((kind) => kind === 'DiagnosticReport' || kind === 'Media')).toHaveLength(4);
  const people = bundle.entry.filter(({ resource }) => resource.resourceType === 'Patient');
  expect(people).toMatchObject([{ resource: { name: [{ text: 'Ada Quill' }] } }]);
  // Its downloads go with it.
  await context.close();
});
