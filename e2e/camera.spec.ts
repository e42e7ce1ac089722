import { cameraFlags, chromiumOptions } from '../scripts/browser.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const { args = [], ...options } = chromiumOptions();
test.use({ launchOptions: { ...options, args: [...args, ...cameraFlags] } });

/** A voice of the device that notes what it is to say: no machine for tests has one. */
function layVoice(): void {
  const said: string[] = [];
  const voice = { lang: 'en-GB', localService: true };
  Object.assign(window, { said });
  const speech = {
    getVoices: () => [voice],
    cancel: () => undefined,
    speak: ({ text }: { text: string }) => said.push(text),
  };
  Object.defineProperty(window, 'speechSynthesis', { value: speech });
  Object.defineProperty(window, 'SpeechSynthesisUtterance', {
    value: class {
      constructor(readonly text: string) {}
    },
  });
}

test('a picture is taken with the camera, by a timer that counts aloud, and read', async ({ app, page }) => {
  await page.addInitScript(layVoice);
  await app.start();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  // This one is released by hand.
  await page.getByRole('button', { name: words('camera_auto') }).click();
  const video = page.getByLabel(words('camera_preview'));
  // The preview moves: the browser's test camera shows a running clock.
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime))
    .toBeGreaterThan(0);
  await page.getByRole('button', { name: words('camera_timer'), exact: true }).click();
  await expect(page.getByRole('button', { name: words('camera_timer_on', { count: 3 }) })).toBeVisible();
  await page.getByRole('button', { name: words('camera_shutter') }).click();
  await expect(page.getByRole('button', { name: words('camera_timer_stop') })).toBeVisible();
  await expect(video).toBeHidden();
  expect(await page.evaluate('said')).toEqual(['3', '2', '1']);
  await app.classify.classify();
  await app.classify.saved();
  await app.go('history');
  await app.history.entries.first().click();
  await expect(page.getByText(words('history_source_camera'))).toBeVisible();
});

test('closing the camera lets go of it', async ({ app, page }) => {
  await app.start();
  await page.getByRole('button', { name: words('classify_camera') }).click();
  const video = page.getByLabel(words('camera_preview'));
  await expect(page.getByRole('button', { name: words('camera_shutter') })).toBeEnabled();
  const stream = await video.evaluateHandle((element: HTMLVideoElement) => element.srcObject as MediaStream);
  expect(await stream.evaluate((each) => each.active)).toBe(true);
  await page.getByRole('button', { name: words('camera_close') }).click();
  await expect.poll(() => stream.evaluate((each) => each.active)).toBe(false);
  await expect(app.classify.sampleButton).toBeVisible();
});
