/** The model checked on a folder of one's own: the same rows as `npm run evaluate`, figures, and what went wrong. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expectAccessible } from './support/accessible.ts';
import { misfits, narrowScreens, showOn } from './support/fit.ts';
import { drawLesion } from './support/lesion.ts';
import { ham10000, testLabels } from './support/real-pictures.ts';
import { expect, test } from './support/test.ts';
import { words } from './support/words.ts';

const root = join(import.meta.dirname, '..');

type Row = Record<string, string>;

/** Rows without what differs from run to run. */
const rowsOf = (path: string): Row[] => {
  const rows: Row[] = parse(readFileSync(path, 'utf8'), { columns: true });
  return rows.map((row) => ({ ...row, milliseconds: '' }));
};

/** Fifty real pictures where there are some, else six drawn ones; one that is missing, and one that nobody knows. */
async function fillFolder(folder: string): Promise<number> {
  mkdirSync(join(folder, 'pictures'), { recursive: true });
  const rows = ['image_id,dx,age'];
  const real = ham10000();
  if (real) {
    for (const { file, dx } of testLabels().slice(0, 50)) {
      copyFileSync(join(real, basename(file)), join(folder, 'pictures', basename(file)));
      rows.push(`${basename(file, '.jpg')},${dx},45`);
    }
  } else {
    for (let number = 1; number <= 6; number++) {
      writeFileSync(join(folder, 'pictures', `drawn_${number}.jpg`), await drawLesion(number));
      rows.push(`drawn_${number},${number % 2 ? 'mel' : 'NV'},`);
    }
  }
  writeFileSync(join(folder, 'pictures', 'other.jpg'), await drawLesion(7));
  rows.push('other,wart,', 'gone,nv,');
  writeFileSync(join(folder, 'labels.csv'), rows.join('\n'));
  return rows.length - 1;
}

test('a folder with a table gives the rows of the evaluation, figures, and the pictures to look at', async ({
  app,
  page,
}, testInfo) => {
  const folder = testInfo.outputPath('clinic');
  const count = await fillFolder(folder);
  const out = testInfo.outputPath('evaluation');
  const labels = join(folder, 'labels.csv');
  const command = ['--import', 'tsx', 'scripts/evaluate.ts', '--images', folder, '--labels', labels];
  execFileSync(process.execPath, [...command, '--out', out, '--prior', 'domain'], { cwd: root });

  await app.start('./', 'clinician');
  await app.modelReady();
  await app.go('about');
  await page.getByRole('link', { name: words('model_link') }).click();
  await page.getByRole('link', { name: words('check_here_link') }).click();
  await page.getByLabel(words('check_here_files')).setInputFiles([join(folder, 'pictures', 'other.jpg')]);
  await expect(page.getByText(words('check_here_no_table'))).toBeVisible();

  await page.getByLabel(words('check_here_folder')).setInputFiles(folder);
  await expect(page.getByText(words('check_here_found_text', { table: 'labels.csv', count }))).toBeVisible();
  await expect(page.getByText('“wart”')).toBeVisible();
  await page.getByRole('button', { name: words('check_here_start') }).click();
  await expect(page.getByText(words('check_here_complete', { count }))).toBeVisible({ timeout: 90_000 });
  await expect(page.getByRole('heading', { name: words('check_here_result') })).toBeVisible();
  await expect(page.getByRole('grid', { name: words('model_confusion') })).toBeVisible();
  await expectAccessible(page);
  for (const screen of Object.values(narrowScreens)) {
    await showOn(page, screen);
    expect(await misfits(page)).toEqual([]);
  }

  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: words('check_here_save') }).click();
  const saved = testInfo.outputPath('predictions.csv');
  await (await saving).saveAs(saved);
  expect(rowsOf(saved)).toEqual(rowsOf(join(out, 'predictions.csv')).map(withTheListsName(labels)));
});

/** The command writes the path that it found; the app what the table says. */
function withTheListsName(labels: string): (row: Row, index: number) => Row {
  const listed: Row[] = parse(readFileSync(labels, 'utf8'), { columns: true });
  return (row, index) => ({ ...row, file: listed[index]?.['image_id'] ?? '' });
}
