import type { Page } from 'playwright/test';
import { expectAccessible } from './support/accessible.ts';
import { fillRecord } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const secret = 'correct horse battery';

/** Argon2id takes its second, on a busy machine more. */
const patient = { timeout: 30_000 };

/** Every byte that this origin has stored, as one string of one character a byte. */
function everythingStored(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const text = (bytes: Uint8Array): string => {
      let found = '';
      for (let at = 0; at < bytes.length; at += 8192) {
        found += String.fromCharCode(...bytes.subarray(at, at + 8192));
      }
      return found;
    };
    const flat = (value: unknown): string => {
      if (value instanceof Uint8Array) return text(value);
      if (value instanceof CryptoKey) return '[key]';
      if (value instanceof Date) return value.toISOString();
      if (typeof value === 'object' && value)
        return Object.entries(value)
          .map(([name, part]) => `${name}=${flat(part)}`)
          .join(';');
      return String(value);
    };
    const result = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('not read'));
      });
    const database = await result(indexedDB.open('lentigo-records'));
    const names = [...database.objectStoreNames];
    const transaction = database.transaction(names);
    const stores = await Promise.all(
      names.map(async (name) => `${name}: ${flat(await result(transaction.objectStore(name).getAll()))}`),
    );
    database.close();
    const kept = await Promise.all(
      (await caches.keys()).map(async (name) =>
        (await (await caches.open(name)).keys()).map(({ url }) => url).join('\n'),
      ),
    );
    return [
      ...stores,
      ...kept,
      flat(Object.entries(localStorage)),
      flat(Object.entries(sessionStorage)),
    ].join('\n');
  });
}

test('a locked record shows nothing, on the screen or on the disk, and opens in three ways', async ({
  app,
  page,
  context,
}) => {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: true,
    },
  });
  await app.start();
  await fillRecord(page, 5);
  const fill = async (label: string, text: string): Promise<void> => {
    await page.getByLabel(label, { exact: true }).filter({ visible: true }).fill(text);
  };
  const press = (name: string) =>
    page.getByRole('button', { name, exact: true }).filter({ visible: true }).click();
  const locked = page.getByRole('heading', { name: words('lock_title'), exact: true });

  await app.go('settings');
  await fill(words('lock_new'), secret);
  await fill(words('lock_repeat'), `${secret}!`);
  await press(words('lock_set'));
  await expect(page.getByText(words('lock_not_the_same'))).toBeVisible();
  for (const typed of [words('lock_new'), words('lock_repeat')]) await fill(typed, 'lentigo2026!');
  await press(words('lock_set'));
  await expect(page.getByText(words('lock_too_weak'))).toBeVisible(patient);
  await press(words('lock_offer'));
  await expect(page.locator('.offered')).toHaveText(/^([a-z-]+ ){4}[a-z-]+$/);
  await fill(words('lock_new'), secret);
  await fill(words('lock_repeat'), secret);
  await press(words('lock_set'));
  const code = (await page.locator('.recovery .code').textContent(patient)) ?? '';
  // A kill before the code was confirmed does not lose it.
  await page.reload();
  await fill(words('lock_passphrase'), secret);
  await press(words('lock_unlock'));
  // It is warned of on every page until it is confirmed.
  await app.go('about');
  await expect(page.getByText(words('lock_recovery_unconfirmed'))).toBeVisible(patient);
  await page.getByRole('link', { name: words('lock_recovery_unconfirmed_link') }).click();
  await expect(page.getByText(words('lock_recovery_unconfirmed'))).toHaveCount(1);
  await expect(page.getByText(words('lock_recovery_unconfirmed'))).toBeVisible(patient);
  await fill(words('lock_passphrase'), secret);
  await press(words('lock_recovery_unconfirmed_show'));
  await expect(page.locator('.recovery .code')).toHaveText(code, patient);
  await expectAccessible(page);
  await press(words('lock_recovery_done'));
  const asked = page.locator('.recovery input');
  await expect(asked).toHaveCount(2);
  await expect(page.locator('.recovery .code')).toBeHidden();
  await expectAccessible(page);
  for (const field of await asked.all()) await field.fill('ABCDE');
  await press(words('lock_recovery_confirm'));
  await expect(page.getByText(words('lock_recovery_differs'))).toBeVisible();
  for (const place of [1, 2, 3, 4, 5]) {
    const field = page.getByLabel(words('lock_recovery_group', { place }), { exact: true });
    if ((await field.count()) > 0) await field.fill(code.split('-')[place - 1]?.toLowerCase() ?? '');
  }
  await press(words('lock_recovery_confirm'));
  await expect(page.getByText(words('lock_recovery_confirmed'))).toBeVisible();
  await expect(page.getByText(words('lock_recovery_unconfirmed'))).toBeHidden();

  // A passkey beside the passphrase.
  await page.locator('summary', { hasText: words('lock_passkey_add') }).click();
  await fill(words('lock_passphrase'), secret);
  await press(words('lock_passkey_add'));
  await expect(page.getByText(words('lock_passkey_added'))).toBeVisible(patient);

  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByRole('textbox', { name: words('history_note_label') })).toHaveValue(/left forearm/);
  await page.reload();
  await expect(locked).toBeVisible();
  await expectAccessible(page);
  // The passphrase can be typed at once, and a wrong one corrected without looking for its field.
  const asking = page.getByLabel(words('lock_passphrase'), { exact: true }).filter({ visible: true });
  await expect(asking).toBeFocused();
  expect(await page.locator('body').innerText()).not.toMatch(/forearm|nevus|naevus|melanoma/i);
  expect(await page.locator('img').count()).toBe(0);
  const stored = await everythingStored(page);
  expect(stored).toContain('images: ');
  for (const plain of ['forearm', 'lentigo-skin-lesions', '"probability"', 'image/jpeg', 'JFIF', '[key]']) {
    expect(stored).not.toContain(plain);
  }
  expect(stored).not.toContain('\u00ff\u00d8\u00ff');

  await fill(words('lock_passphrase'), 'something else');
  await press(words('lock_unlock'));
  await expect(page.getByText(words('failure_passphrase_wrong'))).toBeVisible(patient);
  await expect(page.getByText(words('lock_mistakes', { count: 1 }))).toBeVisible();
  await expect(asking).toBeFocused();
  await expect(asking).toHaveValue('something else');
  await fill(words('lock_passphrase'), secret);
  await press(words('lock_unlock'));
  await expect(page.getByRole('textbox', { name: words('history_note_label') })).toHaveValue(
    /left forearm/,
    patient,
  );

  await app.go('settings');
  await press(words('lock_now'));
  await expect(locked).toBeVisible();
  await press(words('lock_use_passkey'));
  await expect(locked).toBeHidden(patient);

  await press(words('lock_now'));
  await expect(locked).toBeVisible();
  await page.locator('summary', { hasText: words('lock_forgotten') }).click();
  await fill(words('lock_recovery_code'), code.toLowerCase());
  await fill(words('lock_new'), 'another passphrase');
  await fill(words('lock_repeat'), 'another passphrase');
  await press(words('lock_recover'));
  await expect(page.locator('.recovery .code')).not.toHaveText(code, patient);
  await press(words('lock_recovery_later'));
  await app.go('history');
  await app.history.expectCount(5);
});
