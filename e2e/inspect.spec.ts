/** The closer look: outline, measures and attention, without a network, on a phone. */
import type { Locator, Page } from 'playwright/test';
import { expectAccessible, smallTargets } from './support/accessible.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

test.use({ viewport: { width: 390, height: 844 }, serviceWorkers: 'allow' });

type Part = 'inspect_outline_title' | 'inspect_attention_title' | 'inspect_similar_title';

function part(page: Page, title: Part): Locator {
  return page.locator('details', { has: page.getByText(words(title), { exact: true }) });
}

/** The value of one row of the table of measures. */
function measure(outline: Locator, name: 'inspect_area' | 'inspect_longest'): Locator {
  return outline.getByRole('row', { name: words(name) }).getByRole('cell');
}

/** The value once it is another than `before`, and the last of what is still being computed. */
async function changed(value: Locator, before: string): Promise<string> {
  await expect(value).not.toHaveText(before);
  await expect(value.locator('xpath=ancestor::table')).toHaveAttribute('aria-busy', 'false');
  return (await value.textContent()) ?? '';
}

test('outline, measures and attention: by threshold, colour, brush and scale, kept with the examination', async ({
  app,
  page,
  context,
}) => {
  await app.start();
  await app.modelReady();
  await app.keptForOffline();
  await context.setOffline(true);
  await app.classify.chooseSample();
  await app.classify.classify();
  await app.classify.saved();

  const outline = part(page, 'inspect_outline_title');
  await outline.locator('summary').click();
  const area = measure(outline, 'inspect_area');
  await expect(area).toHaveText(/px²$/);
  let before = (await area.textContent()) ?? '';
  const view = outline.getByRole('application', { name: words('inspect_view') });
  const choose = (tool: 'threshold' | 'colour' | 'brush' | 'scale'): Promise<void> =>
    outline.getByRole('radio', { name: words(`inspect_tool_${tool}`), exact: true }).check();

  await choose('threshold');
  const level = outline.getByRole('slider', { name: words('inspect_level') });
  await level.fill('60');
  before = await changed(area, before);
  await level.fill('110');
  before = await changed(area, before);

  await choose('colour');
  // A finger that comes down here and then scrolls the page points nowhere: its pointer is cancelled.
  const { x, y } = (await view.boundingBox()) ?? { x: 0, y: 0 };
  const finger = { pointerType: 'touch', isPrimary: true, button: 0, clientX: x + 150, clientY: y + 150 };
  await view.dispatchEvent('pointerdown', finger);
  await view.dispatchEvent('pointercancel', finger);
  await expect(area.locator('xpath=ancestor::table')).toHaveAttribute('aria-busy', 'false');
  await expect(area).toHaveText(before);
  await view.click({ position: { x: 150, y: 150 } });
  before = await changed(area, before);
  await outline.getByRole('slider', { name: words('inspect_tolerance') }).fill('30');
  before = await changed(area, before);

  await choose('brush');
  // A dot beside the lesion is another piece, which is not measured; a stroke from the one to the other is.
  await view.click({ position: { x: 20, y: 20 } });
  await expect(outline.getByText(words('inspect_pieces', { count: 2 }))).toBeVisible();
  await expect(area).toHaveText(before);
  const drawing = (await view.boundingBox()) ?? { x: 0, y: 0 };
  await page.mouse.move(drawing.x + 150, drawing.y + 150);
  await page.mouse.down();
  await page.mouse.move(drawing.x + 20, drawing.y + 20);
  await page.mouse.up();
  const painted = await changed(area, before);
  await outline.getByRole('button', { name: words('inspect_undo') }).click();
  await changed(area, painted);
  await outline.getByRole('button', { name: words('inspect_redo') }).click();
  await expect(area).toHaveText(painted);

  // Two marks by keyboard: ten millimetres are so much of the picture.
  await choose('scale');
  await view.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Enter');
  const longest = measure(outline, 'inspect_longest');
  await expect(longest).toHaveText(/^\d+\.\d\smm \(\d/);
  const known = outline.getByRole('spinbutton', { name: words('inspect_scale_known') });
  const tenth = (await longest.textContent()) ?? '';
  await known.fill('20');
  expect(parseFloat(await changed(longest, tenth)) / parseFloat(tenth)).toBeCloseTo(2, 1);
  const millimetres = (await longest.textContent()) ?? '';

  await outline.getByRole('button', { name: words('inspect_keep') }).click();
  await expect(outline.getByText(words('inspect_kept'))).toBeVisible();

  const attention = part(page, 'inspect_attention_title');
  await attention.locator('summary').click();
  const veil = attention.locator('.view canvas').nth(1);
  const pixels = (): Promise<string> =>
    veil.evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL()).catch(() => '');
  await expect.poll(pixels).not.toBe('');
  const first = await pixels();
  await attention.getByRole('combobox').selectOption({ index: 1 });
  await expect.poll(pixels).not.toBe(first);

  const similar = part(page, 'inspect_similar_title');
  await similar.locator('summary').click();
  await expect(similar.getByText(words('inspect_similar_none'))).toBeVisible();

  // All three parts are open, with their tools.
  await expectAccessible(page);
  expect(await smallTargets(page)).toEqual([]);

  await app.go('history');
  await app.history.entries.first().click();
  // The first look comes to nothing; the next one may not.
  await page.evaluate(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its worker below
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message: { name?: string }, transfer?: unknown) {
      if (message.name !== 'pixels') {
        post.call(this, message, transfer as StructuredSerializeOptions);
        return;
      }
      Worker.prototype.postMessage = post;
      post.call(this, { ...message, argument: { picture: new Blob(['none']) }, pictureId: 1e6 });
    };
  });
  const kept = part(page, 'inspect_outline_title');
  await kept.locator('summary').click();
  await kept.getByRole('button', { name: words('history_retry') }).click();
  await expect(measure(kept, 'inspect_longest')).toHaveText(millimetres);
});
