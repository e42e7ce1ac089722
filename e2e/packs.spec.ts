/** Other models: installed from a file, used, named in what they read, and removed; and those that are refused. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeCellPack, zipped, type CellPack } from '../src/model/testdata/cell-pack.ts';
import { expectAccessible } from './support/accessible.ts';
import { dragOver, drop } from './support/drop.ts';
import { giving, host } from './support/host.ts';
import { manifestOf } from './support/pack.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';
import type { App } from './support/app.ts';

const patient = { timeout: 90_000 };
const secretKey = new Uint8Array(32).fill(5);
const anotherKey = new Uint8Array(32).fill(6);
const picture = path.join(import.meta.dirname, '../public/sample/synthetic-lesion.jpg');

async function openPacks({ page }: App): Promise<void> {
  await page.goto('./#/model/packs');
  await expect(page.getByRole('heading', { name: words('packs_title'), level: 1 })).toBeVisible();
}

async function offer({ page }: App, zip: Uint8Array): Promise<void> {
  await page
    .locator('input[accept*=zip]')
    .setInputFiles({ name: 'model.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) });
}

function installButton({ page }: App) {
  return page.getByRole('button', { name: words('packs_install'), exact: true });
}

async function install(app: App, zip: Uint8Array): Promise<void> {
  await offer(app, zip);
  await expect(app.page.getByRole('heading', { name: words('packs_offer') })).toBeVisible(patient);
  await expect(installButton(app)).toBeDisabled();
  await app.page.getByRole('checkbox', { name: words('packs_agree_unknown') }).check();
  await installButton(app).click();
}

const version = (of: string): { name: string; version: string } => ({ name: 'Made-up cells', version: of });

test('a model from a file reads a picture, is named in history and report, and gives way again', async ({
  app,
  page,
}) => {
  await app.start('./', 'clinician');
  await app.modelReady();
  await openPacks(app);
  await install(app, zipped(await makeCellPack(), secretKey));
  await expect(page.getByText(words('packs_installed', version('1.0.0')))).toBeVisible();
  await page.getByRole('button', { name: words('packs_use_label', version('1.0.0')) }).click();
  await expect(page.getByText(words('packs_used', version('1.0.0')))).toBeVisible(patient);
  await expectAccessible(page);

  await page.getByRole('navigation').getByRole('link').first().click();
  await expect(page.getByText('Cells: infected, stressed or healthy')).toBeVisible();
  await app.classify.choose([{ name: 'cell.jpg', mimeType: 'image/jpeg', buffer: await readFile(picture) }]);
  await app.classify.classifyButton.click();
  const { result } = app.classify;
  const named = /(Infected|Stressed|Healthy) cell/;
  await expect(result.getByText(named).first()).toBeVisible(patient);
  // What the pack says to do, and nothing of skin.
  await expect(result.getByText(/What to do about it/)).toBeVisible();
  await expect(result.getByText(/skin|cancer|warning signs|spot|lesion/i)).toHaveCount(0);
  const name = (await result.getByText(named).first().innerText()).trim();
  await app.classify.saved();

  // Back to the app's own model: the visit keeps its names.
  await openPacks(app);
  await page.getByRole('button', { name: /^Use Lentigo/ }).click();
  await expect(page.getByText(/reads the next pictures/)).toBeVisible(patient);
  await page.getByRole('button', { name: words('packs_remove_label', version('1.0.0')) }).click();
  await page
    .getByRole('alertdialog')
    .getByRole('button', { name: words('packs_remove') })
    .click();
  await expect(page.getByRole('button', { name: words('packs_use_label', version('1.0.0')) })).toHaveCount(0);
  await page.reload();
  await page
    .getByRole('navigation')
    .getByRole('link', { name: words('nav_history'), exact: true })
    .click();
  const row = page.locator('a[data-index]').first();
  await expect(row).toContainText(name);
  await row.click();
  await expect(page.getByText(/What to do about it/)).toBeVisible(patient);
  await page.getByRole('link', { name: words('report_link') }).click();
  await expect(page.getByRole('heading', { name: words('report_title'), level: 1 })).toBeVisible();
  await expect(page.getByText(name).first()).toBeVisible();
  await expect(page.getByText(words('report_signs'))).toHaveCount(0);
});

test('what was changed, is too large, too old or from somebody else is refused in clear words', async ({
  app,
  page,
}) => {
  const refused = async (zip: Uint8Array, why: Parameters<typeof words>[0]): Promise<void> => {
    await offer(app, zip);
    await expect(page.getByRole('alert').filter({ hasText: words(why) })).toBeVisible(patient);
  };
  const cell: CellPack = await makeCellPack({ version: '1.1.0' });
  await app.start('./', 'clinician');
  await app.modelReady();
  await openPacks(app);

  await dragOver(page);
  await expect(page.getByText(words('packs_drop'))).toBeVisible();
  await drop(page, 'model.zip', 'not a zip');
  await expect(page.getByText(words('packs_drop'))).toHaveCount(0);
  await expect(page.getByRole('alert').filter({ hasText: words('failure_pack_none') })).toBeVisible(patient);
  await refused(Buffer.alloc(17 * 1024 * 1024), 'failure_pack_too_large');
  await refused(Buffer.from('not a zip'), 'failure_pack_none');
  const other = await makeCellPack({ version: '1.2.0' });
  const manifest = new Uint8Array(other.pack.manifestBytes);
  const signed = zipped(cell, secretKey, { 'manifest.json': manifest });
  await refused(signed, 'failure_pack_tampered');
  const weights = new Uint8Array(cell.pack.files.get('weights.bin')?.slice(0) ?? new ArrayBuffer(1));
  weights[0] = (weights[0] ?? 0) ^ 1;
  await refused(zipped(cell, secretKey, { 'weights.bin': weights }), 'failure_pack_damaged');
  await refused(zipped(await makeCellPack({}, { wrongGolden: true })), 'failure_backend_unavailable');

  await install(app, zipped(cell, secretKey));
  await expect(page.getByText(words('packs_installed', version('1.1.0')))).toBeVisible();
  await refused(zipped(other, anotherKey), 'failure_pack_other_key');
  await refused(zipped(other), 'failure_pack_other_key');

  // An older version by the same maker: asked about twice.
  await offer(app, zipped(await makeCellPack(), secretKey));
  await expect(page.getByText(words('packs_downgrade', { version: '1.1.0' }))).toBeVisible(patient);
  await page.getByRole('checkbox', { name: words('packs_agree_unknown') }).check();
  await expect(installButton(app)).toBeDisabled();
  await page.getByRole('checkbox', { name: words('packs_agree_older') }).check();
  await expect(installButton(app)).toBeEnabled();
});

test('a newer version is found by itself, taken at the next start with what is new, and given back for good', async ({
  app,
  page,
}) => {
  let newest: string | undefined;
  let looks = 0;
  const own = await manifestOf();
  const server = await host({
    '/model/manifest.json': giving('application/json', () => {
      looks += 1;
      return newest ?? own;
    }),
  });
  /** The device's clock was a year ahead when the host was asked last. */
  const aDayLater = (): Promise<void> =>
    page.evaluate(() => {
      const settings = JSON.parse(localStorage.getItem('lentigo-settings') ?? '{}') as object;
      const modelLookedAt = Date.now() + 366 * 24 * 60 * 60 * 1000;
      localStorage.setItem('lentigo-settings', JSON.stringify({ ...settings, modelLookedAt }));
    });
  try {
    await app.start(server.url, 'clinician');
    await app.modelReady();
    await app.classify.chooseSample();
    await app.classify.classify();
    await app.classify.saved();
    newest = JSON.stringify({ ...(JSON.parse(own) as object), version: '9.0.0', notes: 'Reads scars too.' });
    await aDayLater();
    await page.reload();
    await app.modelReady();
    await app.go('settings');
    // The settings say what was found meanwhile.
    await expect(page.getByText(words('settings_model_staged', { version: '9.0.0' }))).toBeVisible(patient);
    await expect(page.getByText(/Reads scars too/)).toBeVisible();
    await expect(page.getByRole('button', { name: words('settings_model_use_now') })).toBeVisible();
    await expectAccessible(page);

    await page.reload();
    await app.modelReady();
    await expect(page.getByText(/updated to version 9\.0\.0.*Reads scars too/)).toBeVisible();
    await page.getByRole('link', { name: words('reader_replaced_link') }).click();
    await page.getByRole('button', { name: words('reread_action') }).click();
    await expect(page.getByText(words('reread_done', { count: 1 }))).toBeVisible(patient);
    await expectAccessible(page);
    // What is done is not offered twice.
    await expect(page.getByText(words('reread_none_left'))).toBeVisible();
    await expect(page.getByRole('button', { name: words('reread_action') })).toHaveCount(0);
    await app.go('history');
    await page.locator('a[data-index]').first().click();
    await expect(app.classify.detail(words('reading_details_model'))).toContainText('9.0.0');
    await expect(app.classify.detail(words('reading_details_earlier'))).toContainText('Lentigo skin lesions');
    await page.goto(`${server.url}#/model/packs`);
    await page.getByRole('button', { name: /^Use Lentigo/ }).click();
    await expect(page.getByText(/reads the next pictures/)).toBeVisible(patient);
    await expect(page.getByRole('button', { name: words('reread_action') })).toBeVisible();
    await expect(page.getByText(words('reread_done', { count: 1 }))).toHaveCount(0);
    await app.go('classify');

    const before = looks;
    await aDayLater();
    await page.reload();
    await app.modelReady();
    await expect.poll(() => looks).toBeGreaterThan(before);
    await page.reload();
    await app.modelReady();
    await app.go('settings');
    await expect(page.getByText(words('settings_model_available', { version: '9.0.0' }))).toBeVisible();
  } finally {
    server.close();
  }
});
