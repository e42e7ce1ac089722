/** Page models: what a person does and sees, in the terms of the app. */
import { expect, type Locator, type Page } from 'playwright/test';
import { anyWords, speakTo, words } from './words.ts';

/** For what the model has to do: a self-test by WebGL in software takes its time. */
const patient = { timeout: 90_000 };

export type PageName = 'classify' | 'history' | 'patients' | 'map' | 'settings' | 'about';

export class App {
  readonly page: Page;
  readonly classify: CheckPage;
  readonly history: HistoryPage;
  readonly settings: SettingsPage;

  constructor(page: Page) {
    this.page = page;
    this.classify = new CheckPage(page);
    this.history = new HistoryPage(page);
    this.settings = new SettingsPage(page);
  }

  /** Opens the app for the first time: accepts the disclaimer, chooses the use. @param url of the app; `baseURL` else */
  async start(url = './', mode: 'self' | 'clinician' = 'self'): Promise<void> {
    speakTo('self');
    await this.page.goto(url);
    await this.page.getByRole('button', { name: words('disclaimer_accept') }).click();
    await this.page.getByRole('button', { name: words(`mode_${mode}`) }).click();
    speakTo(mode);
    await expect(this.page.getByRole('alertdialog')).toBeHidden();
    // How fast this machine is would decide: the tests of the double-check turn it on.
    await this.set({ doubleCheck: false });
  }

  /** Changes settings, as another window of the app does: a page that is open goes by them at once. */
  async set(settings: object): Promise<void> {
    await this.page.evaluate((changed) => {
      const key = 'lentigo-settings';
      const stored = JSON.parse(localStorage.getItem(key) ?? '{}') as object;
      localStorage.setItem(key, JSON.stringify({ ...stored, ...changed }));
      dispatchEvent(new StorageEvent('storage', { key }));
    }, settings);
  }

  /** By the navigation, as a person goes. */
  async go(page: PageName): Promise<void> {
    const name = words(`nav_${page}`);
    await this.page.getByRole('navigation').getByRole('link', { name, exact: true }).click();
    await expect(this.page).toHaveTitle(words('page_title', { page: words(`${page}_title`) }));
  }

  /** Waits until the model can be used. Classify and settings say so. */
  async modelReady(): Promise<void> {
    // Of the whole page, so that a failure shows what it says instead.
    await expect(this.page.getByRole('main')).toContainText(words('reader_ready'), patient);
  }

  /** Waits until the app would start without a network: its files are kept, and this page goes by them. */
  async keptForOffline(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      if (!navigator.serviceWorker.controller) {
        await new Promise((resolve) =>
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
        );
      }
    });
  }
}

export class CheckPage {
  readonly #page: Page;
  /** The whole of what stands beside the picture. */
  readonly result: Locator;
  readonly classifyButton: Locator;
  readonly sampleButton: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.result = page.locator('.reading');
    this.classifyButton = page.getByRole('button', { name: words('classify_action'), exact: true });
    this.sampleButton = page.getByRole('button', { name: words('classify_sample') });
  }

  /** Chooses files as the file dialog would. */
  async choose(
    files: string | string[] | { name: string; mimeType: string; buffer: Buffer }[],
  ): Promise<void> {
    await this.#page.locator('input[type=file]').setInputFiles(files);
  }

  async chooseSample(): Promise<void> {
    await this.sampleButton.click();
  }

  /** Presses "Classify" and waits for the result. A refused picture's result is shown all the same. */
  async classify(): Promise<void> {
    await this.classifyButton.click();
    await this.waitForResult();
  }

  async waitForResult(): Promise<void> {
    const refused = this.#page.getByRole('button', { name: words('reading_refused_show') });
    const questions = this.#page.getByRole('heading', { name: words('result_questions_title') });
    const name = this.#page.getByRole('heading', { name: words('result_looks_like') });
    await expect(refused.or(questions).or(name)).toBeVisible(patient);
    // At home calm advice waits for the answers.
    if (await questions.isVisible())
      await this.#page.getByRole('button', { name: words('checklist_rest') }).click();
    if (await refused.isVisible()) await refused.click();
    await expect(name).toBeVisible();
    await this.unfold();
  }

  /** Opens "How sure is this?", where all conditions, the alert level and the run are. */
  async unfold(): Promise<void> {
    const summary = this.result.locator('summary', { hasText: words('result_how_sure') });
    const fold = this.result.locator('details', { hasText: words('result_how_sure') });
    await expect(summary).toBeVisible();
    if (!(await fold.evaluate((details: HTMLDetailsElement) => details.open))) await summary.click();
    await expect(
      this.result.getByRole('heading', { name: words('reading_probabilities_title') }),
    ).toBeVisible();
  }

  /** Waits until the result is in the history. */
  async saved(): Promise<void> {
    await expect(this.#page.getByText(words('saving_saved'))).toBeVisible();
  }

  async another(): Promise<void> {
    await this.#page.getByRole('button', { name: words('classify_another') }).click();
    await expect(this.sampleButton).toBeVisible();
  }

  /** Every class with the percentage that stands beside it, in the order shown. */
  async probabilities(): Promise<{ readonly name: string; readonly percent: string }[]> {
    const rows = this.result
      .locator('section', { hasText: words('reading_probabilities_title') })
      .locator('li');
    await rows.first().waitFor({ state: 'attached' });
    return rows.evaluateAll((items) =>
      items.map((item) => ({
        name: [...(item.querySelector('.name')?.childNodes ?? [])]
          .filter((node) => node.nodeType === Node.TEXT_NODE)
          .map((node) => node.textContent)
          .join('')
          .trim(),
        percent: item.querySelector('.value')?.textContent ?? '',
      })),
    );
  }

  /** The value of one line of "How it was read". */
  detail(term: string): Locator {
    return this.result
      .locator('dl > div', { has: this.#page.getByText(term, { exact: true }) })
      .locator('dd');
  }
}

export class HistoryPage {
  readonly #page: Page;
  readonly entries: Locator;

  constructor(page: Page) {
    this.#page = page;
    this.entries = page.getByRole('list', { name: words('history_list_label') }).getByRole('link');
  }

  async expectCount(count: number): Promise<void> {
    await expect(this.#page.getByText(anyWords('history_count'))).toHaveText(
      words('history_count', { count }),
    );
  }
}

export class SettingsPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async chooseBackend(key: 'settings_backend_auto' | 'backend_wasm' | 'backend_webgl'): Promise<void> {
    await this.#page.getByRole('radio', { name: words(key) }).check();
  }

  async checkForModel(): Promise<void> {
    await this.#page.getByRole('button', { name: words('settings_model_check') }).click();
  }

  async updateModel(): Promise<void> {
    await this.#page.getByRole('button', { name: words('settings_model_update') }).click();
  }
}
