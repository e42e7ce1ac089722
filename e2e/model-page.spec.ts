/** What the model says of itself, and what it says when it is not sure. */
import { fullMetrics } from './support/full-metrics.ts';
import { giving, host } from './support/host.ts';
import { manifestOf } from './support/pack.ts';
import { expect, test } from './support/test.ts';
import { anyWords, words } from './support/words.ts';

test.describe('the model page', () => {
  test.use({ viewport: { width: 390, height: 844 }, serviceWorkers: 'allow' });

  test('shows figures, plots and tables by keyboard, on a phone, without a network', async ({
    app,
    page,
    problems,
  }) => {
    const metrics = Buffer.from(JSON.stringify(fullMetrics));
    const manifest = await manifestOf('9.0.0', { 'metrics.json': metrics });
    const server = await host({
      '/model/manifest.json': giving('application/json', () => manifest),
      '/model/metrics.json': giving('application/json', () => metrics),
    });
    await app.start(server.url);
    await app.modelReady();
    await app.keptForOffline();
    server.close();
    problems.allow(/Failed to load resource|ERR_CONNECTION_REFUSED/);
    await app.go('about');
    await page.getByRole('link', { name: words('model_link') }).click();
    await expect(page.getByRole('heading', { name: words('model_title'), level: 1 })).toBeVisible();

    const figures = page.getByRole('table', { name: words('model_figures') });
    await expect(figures.getByRole('row', { name: words('model_figure_balanced_accuracy') })).toContainText(
      /80\.0.%.*76\.0.% to 84\.0.%.*200/,
    );
    await page
      .getByLabel(words('model_measured_on'))
      .first()
      .selectOption({ label: `${words('model_set_pad_ufes20')}, ${words('model_split_test')}` });
    await expect(figures.getByRole('row', { name: words('model_figure_accuracy') })).toContainText('70.0');
    await page.getByLabel(words('model_measured_on')).first().selectOption({ index: 0 });

    // The threshold moves by keys, and tells what it costs among a thousand.
    const slider = page.getByRole('slider', { name: words('model_threshold_slider') });
    await slider.focus();
    await page.keyboard.press('End');
    await expect(slider).toHaveAttribute(
      'aria-valuetext',
      /^At 0\.0.%: sensitivity 100\.0.%, specificity 0\.0.%/,
    );
    await page.keyboard.press('ArrowLeft');
    await expect(slider).toHaveAttribute('aria-valuetext', /^At 2\.0.%/);
    await page.getByRole('button', { name: words('point_screening') }).press('Enter');
    await page.getByLabel(words('model_prevalence')).fill('100');
    await page.keyboard.press('Tab');
    await expect(
      page.getByText(words('model_expected_ill', { ill: 100, found: 90, missed: 10 })),
    ).toBeVisible();
    await expect(page.getByText(words('model_expected_well', { well: 900, alarms: 360 }))).toBeVisible();
    const roc = page.getByRole('figure', { name: words('model_roc') });
    await roc.getByText(words('model_as_table')).press('Enter');
    await expect(roc.getByRole('row')).toHaveCount(52);

    // A cell of the matrix in words, by touch and by keys.
    const names = { truth: words('class_mel_name'), read: words('class_nv_name') };
    const grid = page.getByRole('grid').first();
    await grid.getByRole('row').nth(5).getByRole('gridcell').nth(5).click();
    await expect(
      page.getByText(
        words('model_confusion_wrong', { ...names, count: 10, ofTruth: 45, share: '22.2\u00a0%' }),
      ),
    ).toBeVisible();
    await page.keyboard.press('ArrowLeft');
    await expect(page.getByText(anyWords('model_confusion_right'))).toContainText(names.truth);
    await page.getByRole('radio', { name: words('model_confusion_rates') }).check();
    await expect(grid.getByRole('row').nth(5).getByRole('gridcell').nth(5)).toHaveText('22');

    const small = page.getByRole('row', { name: /^V / });
    await expect(small.getByText(words('model_small_group'))).toBeVisible();
    await expect(page.getByRole('heading', { name: fullMetrics.comparison?.[0]?.name ?? '' })).toBeVisible();
    const [file] = (JSON.parse(manifest) as { files: { sha256: string }[] }).files;
    await expect(page.getByText(file?.sha256 ?? '')).toBeVisible();
    await expect(page.getByText(anyWords('model_trial_deviation')).first()).toBeVisible();
    // With every table opened, no column is out of sight: what has no room for columns is a list of its rows.
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    const tooWide = () =>
      page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll('main :has(> table:not([role=grid]))')]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ localName, textContent }) => `${localName}: ${textContent.trim().slice(0, 40)}`),
      );
    await expect.poll(tooWide).toEqual([]);

    // What is true where the person is, they need to say once.
    await page.reload();
    await expect(page.getByLabel(words('model_prevalence'))).toHaveValue('100');
  });
});

test('careful reading, the gate and the open classes', async ({ app, page }) => {
  // A pack that takes nothing for a lesion and leaves every class open.
  const manifest = JSON.parse(await manifestOf('9.0.0')) as {
    calibration: { gate: { threshold: number }; predictionSet: { threshold: number } };
    domainCalibration?: Record<string, Record<string, { predictionSet: { threshold: number } }>>;
  };
  manifest.calibration.gate.threshold = 0;
  manifest.calibration.predictionSet.threshold = 0;
  for (const modes of Object.values(manifest.domainCalibration ?? {})) {
    for (const mode of Object.values(modes)) mode.predictionSet.threshold = 0;
  }
  const server = await host({
    '/model/manifest.json': giving('application/json', () => JSON.stringify(manifest)),
  });
  try {
    await app.start(server.url);
    await app.go('settings');
    await page.getByRole('radio', { name: words('point_balanced') }).check();
    await page.getByRole('switch', { name: words('settings_double_check') }).check();
    await app.go('classify');
    await app.classify.chooseSample();
    await expect(page.getByRole('switch', { name: words('classify_double_check') })).toBeChecked();
    await app.classify.classifyButton.click();
    // One message says it, with what to do next.
    await expect(page.getByRole('heading', { name: words('triage_cannot_tell') })).toBeVisible({
      timeout: 90_000,
    });
    await expect(page.getByText(words('triage_reason_refused'))).toHaveCount(1);
    await expect(page.getByRole('heading', { name: words('reading_refused_title') })).toHaveCount(0);
    const { result } = app.classify;
    await expect(result.getByText(words('reading_probabilities_title'))).toBeHidden();
    await page.getByRole('button', { name: words('reading_refused_show') }).click();
    await expect(result.getByText(words('reading_refused_shown'))).toBeVisible();
    await app.classify.unfold();
    await expect(result.getByText(words('reading_balanced_not_reached'))).toBeVisible();
    const open = result.getByText(anyWords('reading_set_many'));
    for (const code of ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'] as const) {
      await expect(open).toContainText(words(`class_${code}_name`));
    }
    await expect(result.getByText(/^\d of 8 views agree$/)).toBeVisible();
    await app.classify.saved();

    // The record keeps what the views said.
    await page.getByRole('link', { name: words('saving_open') }).click();
    await page.getByRole('button', { name: words('reading_refused_show') }).click();
    await app.classify.unfold();
    await expect(page.getByText(/^\d of 8 views agree$/)).toBeVisible();
  } finally {
    server.close();
  }
});
