import type { Page } from 'playwright/test';
import { extractText, getDocumentProxy } from 'unpdf';
import manifest from '../public/model/manifest.json' with { type: 'json' };
import { expectAccessible } from './support/accessible.ts';
import { fillCourse } from './support/records.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

/** Points of 1/72 inch, rounded. */
const papers = { A4: [596, 843], Letter: [612, 792] } as const;

interface Printed {
  readonly pages: number;
  readonly text: string;
  /** Of the first page. */
  readonly size: readonly number[];
  /** Whether every page bears its number and the number of all. */
  readonly numbered: boolean;
}

async function printed(page: Page, format: keyof typeof papers): Promise<Printed> {
  const file = await page.pdf({ format });
  await test.info().attach(`${format}.pdf`, { body: file, contentType: 'application/pdf' });
  const document = await getDocumentProxy(new Uint8Array(file));
  const { text } = await extractText(document, { mergePages: false });
  const [, , width = 0, height = 0] = (await document.getPage(1)).view;
  return {
    pages: text.length,
    text: text.join('\n').replaceAll(/\s+/g, ' '),
    size: [Math.round(width), Math.round(height)],
    numbered: text.every((one, k) => one.replaceAll(/\s+/g, ' ').includes(`${k + 1} / ${text.length}`)),
  };
}

test('reports of a reading and of a course are whole on A4 and on Letter', async ({
  app,
  page,
  browserName,
}) => {
  test.skip(browserName !== 'chromium', 'Only Chromium writes PDF without a dialog.');
  await app.start('./', 'clinician');
  await app.modelReady();
  const { lesion, visit } = await fillCourse(page, manifest.version);

  await page.goto(`./#/history/${visit}`);
  await page.getByRole('link', { name: words('report_link') }).click();
  const paper = page.getByRole('article', { name: words('report_title') });
  await expect(paper).toContainText('Ada Quill');
  await expectAccessible(page);
  const print = page.getByRole('button', { name: words('report_print') });
  await page.evaluate(() => (window.print = () => document.body.setAttribute('data-printed', 'yes')));
  await print.click();
  await expect(page.locator('body')).toHaveAttribute('data-printed', 'yes');

  for (const format of ['A4', 'Letter'] as const) {
    const { pages, text, size, numbered } = await printed(page, format);
    expect(size).toEqual(papers[format]);
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(5);
    expect(numbered).toBe(true);
    for (const expected of [
      'Ada Quill',
      'K-4711',
      'the dark one',
      words('class_mel_name'),
      words('triage_soon'),
      words('sign_bleeding_question'),
      'Breslow 0.4 mm',
      'Bleeds when washed.',
      words('inspect_longest'),
      words('disclaimer_no_diagnosis'),
      `${manifest.name} ${manifest.version}`,
      words('report_figures', { name: words('class_mel_name') }),
      words('report_app'),
    ]) {
      expect(text).toContain(expected);
    }
    // The screen's own things stay on the screen.
    expect(text).not.toContain(words('report_print'));
    expect(text).not.toContain(words('nav_settings'));
  }

  await page.getByRole('switch', { name: words('report_named') }).uncheck();
  const unnamed = await printed(page, 'A4');
  expect(unnamed.text).not.toContain('Quill');
  expect(unnamed.text).not.toContain('K-4711');

  await page.goto(`./#/lesion/${lesion}`);
  // Any picture can be compared, also the second one of a visit.
  const second = page.getByLabel(words('compare_second'), { exact: true });
  await expect(second.getByRole('option')).toHaveCount(5);
  await second.selectOption({ index: 4 });
  await expect(page.locator('.side img[src]')).toHaveCount(2);
  await page.getByRole('link', { name: words('report_link') }).click();
  await expect(paper.getByRole('img')).toHaveCount(5);
  await expectAccessible(page);
  for (const format of ['A4', 'Letter'] as const) {
    const { pages, text, size, numbered } = await printed(page, format);
    expect(size).toEqual(papers[format]);
    expect(pages).toBeLessThan(5);
    expect(numbered).toBe(true);
    for (const expected of [words('course_changed'), 'Ada Quill', words('report_visits'), 'Breslow 0.4 mm']) {
      expect(text).toContain(expected);
    }
  }
});
