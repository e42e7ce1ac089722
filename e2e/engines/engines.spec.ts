/**
 * The main path in the engines of Safari (WebKitGTK) and Firefox, beside Chromium's numbers. What WebKitGTK lacks
 * (SharedArrayBuffer, navigator.storage, a share sheet) is lacking on some devices of users, too.
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'playwright/test';
import { findFirefox, findWebKit } from '../../scripts/browser.ts';
import type { StaticServer } from '../../scripts/static-server.ts';
import { host } from '../support/host.ts';
import { drawLesion } from '../support/lesion.ts';
import { recordsScript } from '../support/records.ts';
import { speakTo, words } from '../support/words.ts';
import { webKit, withPlaywright, type Engine, type Seat } from './seat.ts';

const secret = 'nine blue doors open late';
let folder: string;
let picture: string;

/** Probability of each condition. */
type Shares = readonly { readonly code: string; readonly probability: number }[];

/** Chromium's of the sample and of a picture of one's own. */
let reference: readonly Shares[];

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lentigo-engines-'));
  picture = join(folder, 'spot.jpg');
  await writeFile(picture, await drawLesion(3, 640));
  const server = await host();
  const chromium = await withPlaywright('chromium');
  const seat = await chromium.seat();
  await start(seat, server.url);
  reference = [await readSample(seat), await readOwn(seat)];
  await chromium.stop();
  server.close();
});

test.afterAll(() => rm(folder, { recursive: true, force: true }));

test('WebKitGTK: the main path', async () => {
  const programs = findWebKit();
  test.skip(!programs, 'No WebKitGTK here; it is in Debian’s packages webkit2gtk-driver and xvfb.');
  if (programs) await mainPath(await webKit(programs));
});

test('Firefox: the main path', async () => {
  test.skip(!findFirefox(), 'No Firefox here; it is in Debian’s package firefox-esr.');
  await mainPath(await withPlaywright('firefox'));
});

async function mainPath(engine: Engine): Promise<void> {
  // Only ends what hangs.
  test.setTimeout(600_000);
  const server = await host();
  let seat: Seat | undefined;
  try {
    seat = await engine.seat();
    const files = await firstDevice(seat, server);
    await seat.leave();
    const second = await host();
    seat = await engine.seat();
    await otherDevice(seat, second, files);
    second.close();
    await seat.leave();
  } catch (error) {
    const body = await seat?.screenshot().catch(() => undefined);
    if (body) await test.info().attach('screen', { body, contentType: 'image/png' });
    throw error;
  } finally {
    await engine.stop();
    server.close();
  }
}

interface Files {
  readonly backup: string;
  readonly shared: string;
  /** Of the first device when it saved the backup. */
  readonly visits: readonly Kept[];
}

/** Starts, reads, keeps a patient, writes files, locks, and goes on without a network. */
async function firstDevice(seat: Seat, server: StaticServer): Promise<Files> {
  await test.step('start, sample, own picture', async () => {
    await start(seat, server.url);
    expectClose(await readSample(seat), reference[0]);
    expectClose(await readOwn(seat), reference[1]);
  });
  await test.step('history', async () => {
    await seat.press('link', words('nav_history'));
    await seat.see('text', words('history_count', { count: 2 }));
  });
  await test.step('patient, lesion on the body map, visit', async () => {
    await seat.press('link', words('nav_patients'));
    await seat.press('button', words('patients_add'));
    await seat.fill(words('patient_name'), 'Zoë Quill');
    await seat.press('button', words('form_save'));
    await seat.press('button', words('lesion_add'));
    await seat.press('button', words('body_place_hint'));
    await seat.press('button', words('lesion_add_here'));
    await seat.press('button', words('lesion_new_visit'));
    await seat.choose('', picture);
    await show(seat);
    await seat.press('link', words('saving_open'));
    await seat.press('link', words('belonging_open_lesion'));
  });
  await test.step('report', async () => {
    await seat.press('link', words('report_link'));
    await seat.see('button', words('report_print'));
    await seat.see('text', 'Zoë Quill');
    await seat.ask('window.print = () => document.body.setAttribute("data-printed", "yes")');
    await seat.press('button', words('report_print'));
    await expect.poll(() => seat.ask('return document.body.dataset.printed')).toBe('yes');
    await seat.ask('history.back()');
  });
  const shared = await test.step('a case for a colleague', async () => {
    await seat.press('button', words('share_case'));
    await seat.fill(words('backup_passphrase'), secret);
    await seat.fill(words('lock_repeat'), secret);
    await seat.press('button', words('backup_make'));
    return seat.downloaded(/^lentigo-case-.+\.txt$/);
  });
  const visits = await contents(seat);
  const backup = await test.step('backup', async () => {
    await seat.press('link', words('nav_settings'));
    await seat.press('button', words('backup_save'));
    await seat.fill(words('backup_passphrase'), secret, words('backup_title'));
    await seat.fill(words('lock_repeat'), secret, words('backup_title'));
    await seat.press('button', words('backup_save_action'));
    return seat.downloaded(/^lentigo-backup-.+\.age$/);
  });
  await test.step('lock', async () => {
    await seat.press('link', words('nav_history'));
    await seat.press('link', words('nav_settings'));
    await seat.fill(words('lock_new'), secret);
    await seat.fill(words('lock_repeat'), secret);
    await seat.press('button', words('lock_set'));
    await seat.press('button', words('lock_recovery_later'));
    await seat.press('button', words('lock_now'));
    await seat.see('heading', words('lock_title'));
    expect(await seat.sees('text', 'Zoë Quill')).toBe(false);
  });
  await test.step('unlock and read without a network', async () => {
    await expect.poll(() => seat.ask('return navigator.serviceWorker.controller !== null')).toBe(true);
    server.close();
    await seat.reload();
    await seat.fill(words('lock_passphrase'), 'something else');
    await seat.press('button', words('lock_unlock'));
    await seat.see('text', words('failure_passphrase_wrong'));
    await seat.fill(words('lock_passphrase'), secret);
    await seat.press('button', words('lock_unlock'));
    await seat.press('link', words('nav_patients'));
    await seat.see('text', 'Zoë Quill');
    await seat.press('link', words('nav_classify'));
    await seat.see('text', words('reader_ready'));
    await seat.press('button', words('classify_sample'));
    await show(seat);
  });
  return { shared: await kept(shared), backup: await kept(backup), visits };
}

/** Opens the shared case, restores the backup beside it, and finds out how to install the app by hand. */
async function otherDevice(
  seat: Seat,
  server: StaticServer,
  { shared, backup, visits }: Files,
): Promise<void> {
  await start(seat, server.url);
  await test.step('a shared case is opened', async () => {
    await seat.press('link', words('nav_settings'));
    await open(seat, shared);
    await seat.press('button', words('share_open_action'));
    await seat.see('text', words('share_opened'));
    expect(imagesOf(await contents(seat))).toEqual(imagesOf(visits.slice(0, 1)));
  });
  await test.step('the backup is restored', async () => {
    await seat.press('link', words('nav_about'));
    await seat.press('link', words('nav_settings'));
    await open(seat, backup);
    await seat.press('button', words('backup_restore_action'));
    await seat.see('text', words('backup_restored'));
    expect(imagesOf(await contents(seat))).toEqual(expect.arrayContaining(imagesOf(visits)));
    await seat.press('link', words('nav_patients'));
    await seat.see('text', 'Zoë Quill');
  });
  await test.step('how to put it on the home screen of an iPad', async () => {
    // As on an iPad, whose browsers are the only ones that say this, and have no prompt.
    await seat.ask(`
      Object.defineProperty(navigator, 'standalone', { value: false });
      Object.defineProperty(navigator, 'maxTouchPoints', { value: 5 });
    `);
    await seat.press('link', words('nav_settings'));
    await seat.see('text', words('storage_install_by_hand'));
    await seat.ask('location.hash = "#/history"');
    await seat.see('text', words('history_short_lived'));
  });
}

/** Digests of all pictures, newest first. */
function imagesOf(visits: readonly Kept[]): string[] {
  return visits.flatMap(({ pictures }) => pictures.map(({ image }) => image));
}

async function open(seat: Seat, file: string): Promise<void> {
  await seat.press('button', words('backup_restore'));
  await seat.choose(words('backup_file'), file);
  await seat.fill(words('backup_passphrase'), secret);
  await seat.press('button', words('backup_look'));
}

/** A copy that stays when the browser that wrote the file is gone. */
async function kept(file: string): Promise<string> {
  const copy = join(folder, basename(file));
  await copyFile(file, copy);
  return copy;
}

async function start(seat: Seat, url: string): Promise<void> {
  speakTo('self');
  await seat.goTo(url);
  await seat.press('button', words('disclaimer_accept'));
  await seat.press('button', words('mode_clinician'));
  speakTo('clinician');
  // One view on every machine: how fast this one is would decide.
  await seat.ask(`
    const key = 'lentigo-settings';
    const stored = JSON.parse(localStorage.getItem(key) ?? '{}');
    localStorage.setItem(key, JSON.stringify({ ...stored, doubleCheck: false }));
    dispatchEvent(new StorageEvent('storage', { key }));
  `);
  await seat.see('text', words('reader_ready'));
}

async function readSample(seat: Seat): Promise<Shares> {
  await seat.press('button', words('classify_sample'));
  return result(seat);
}

async function readOwn(seat: Seat): Promise<Shares> {
  await seat.press('button', words('classify_another'));
  await seat.choose('', picture);
  return result(seat);
}

async function result(seat: Seat): Promise<Shares> {
  await show(seat);
  const [newest] = await contents(seat);
  return newest?.pictures[0]?.reading.probabilities ?? [];
}

/** The result of the picture that was chosen, once it can be framed: until then things move on the page. */
async function show(seat: Seat): Promise<void> {
  await seat.see('button', words('frame_zoom_in'));
  await seat.press('button', words('classify_action'));
  await seat.see('text', words('saving_saved'));
}

interface Kept {
  readonly pictures: readonly {
    readonly image: string;
    readonly reading: { readonly probabilities: Shares };
  }[];
}

/** What the record holds, newest first; it must be open without a passphrase. */
async function contents(seat: Seat): Promise<readonly Kept[]> {
  await seat.ask(`
    ${await recordsScript()}
    window.contents = undefined;
    records.contents().then((found) => (window.contents = found), (error) => (window.contents = String(error)));
  `);
  const found = (): Promise<readonly Kept[] | null> => seat.ask('return window.contents ?? null');
  await expect.poll(found).toBeInstanceOf(Array);
  return (await found()) ?? [];
}

function expectClose(found: Shares, expected: Shares | undefined): void {
  expect(found.map(({ code }) => code)).toEqual(expected?.map(({ code }) => code));
  expect(found.length).toBe(7);
  for (const [k, { code, probability }] of found.entries())
    expect(Math.abs(probability - (expected?.[k]?.probability ?? NaN)), code).toBeLessThanOrEqual(0.02);
}
