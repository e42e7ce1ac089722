import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { App } from './support/app.ts';
import { fillRecord, gatherCase } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

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

/** Opens a file and gives the rows of what it would do. */
async function lookInto(app: App, file: string): Promise<Locator> {
  const { page } = app;
  await app.go('settings');
  await button(page, 'backup_restore').click();
  await page.getByLabel(words('backup_file'), { exact: true }).setInputFiles(file);
  await button(page, 'backup_look').click();
  await expect(button(page, 'share_open_action')).toBeVisible();
  return page.getByRole('row');
}

test('a case without names goes to a colleague, and the opinion comes back', async ({
  app,
  page,
  browser,
  problems,
}) => {
  test.setTimeout(180_000);
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
  await page.getByLabel(words('share_colleague_address'), { exact: true }).fill(`${address.slice(0, -1)}b`);
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

  const rows = await lookInto(other, file);
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
  await other.page.goto(`${home}#/patients/${patient}`);
  const code = patient.slice(0, 8).toUpperCase();
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
  await other.page.goto(`${home}#/lesion/${lesion}`);
  await button(other.page, 'share_case').click();
  await other.page.getByRole('radio', { name: words('share_what_opinions') }).check();
  await other.page.evaluate(layShareSheet);
  await lockFor(other.page, 'Dr Send');
  await button(other.page, 'backup_make').click();
  await button(other.page, 'share_pass_on').click();
  expect(await other.page.evaluate('shared')).toEqual([expect.stringMatching(/^lentigo-opinions-.+\.age$/)]);
  // With a share sheet nothing goes to the downloads by itself.
  const answered = other.page.waitForEvent('download');
  await other.page.getByRole('link', { name: /lentigo-opinions/ }).click();
  const answer = await (await answered).path();

  const back = await lookInto(app, answer);
  await expect(back.filter({ hasText: words('backup_opinions') }).getByRole('cell')).toHaveText([
    '1',
    '0',
    '0',
  ]);
  await button(page, 'share_open_action').click();
  await expect(page.getByText(words('share_opened'))).toBeVisible();
  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByText('Please excise.')).toBeVisible();
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
