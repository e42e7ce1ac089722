/** How a person works the app: by touch, or by keyboard and by nothing else. */
import { expect, type Locator, type Page } from 'playwright/test';

export interface Hand {
  press(target: Locator): Promise<void>;
  type(field: Locator, text: string): Promise<void>;
  /** One of a group of radio buttons. */
  choose(option: Locator): Promise<void>;
  /** One of the options of a list that unfolds. */
  pick(list: Locator, option: string): Promise<void>;
  /** Somewhere on the drawing of the body. */
  place(drawing: Locator): Promise<void>;
}

export class Finger implements Hand {
  async press(target: Locator): Promise<void> {
    await target.tap();
  }

  async type(field: Locator, text: string): Promise<void> {
    await field.tap();
    await field.page().keyboard.insertText(text);
  }

  async choose(option: Locator): Promise<void> {
    await option.tap();
    await expect(option).toBeChecked();
  }

  async pick(list: Locator, option: string): Promise<void> {
    await list.selectOption(option);
  }

  async place(drawing: Locator): Promise<void> {
    const box = await drawing.boundingBox();
    if (!box) throw new Error('no drawing');
    await drawing.tap({ position: { x: box.width * 0.2, y: box.height * 0.45 } });
  }
}

/** More stops than any page has. */
const mostStops = 250;

export class Keys implements Hand {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.#reach(target);
    await this.#page.keyboard.press('Enter');
  }

  async type(field: Locator, text: string): Promise<void> {
    await this.#reach(field);
    await this.#page.keyboard.insertText(text);
  }

  async choose(option: Locator): Promise<void> {
    // The group is one stop; arrow keys go through it.
    const checked = option.locator('xpath=ancestor::fieldset').locator('input:checked');
    await this.#reach(checked);
    for (let stop = 0; stop < mostStops && !(await option.isChecked()); stop++) {
      await this.#page.keyboard.press('ArrowRight');
    }
    await expect(option).toBeChecked();
  }

  async pick(list: Locator, option: string): Promise<void> {
    await this.#reach(list);
    // A list goes to the option whose beginning is typed.
    await this.#page.keyboard.type(option);
    await expect(list.locator('option:checked')).toHaveText(option);
  }

  async place(drawing: Locator): Promise<void> {
    await this.#reach(drawing);
    await this.#page.keyboard.press('ArrowDown');
  }

  /** Goes by Tab until the focus is there; backwards where the target comes before. */
  async #reach(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    const element = await target.elementHandle();
    for (let stop = 0; stop < mostStops; stop++) {
      const step = await element.evaluate((one) => {
        const at = document.activeElement ?? document.body;
        if (one === at) return undefined;
        const before = at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING;
        return before && at !== document.body ? 'Shift+Tab' : 'Tab';
      });
      if (step === undefined) return;
      await this.#page.keyboard.press(step);
    }
    throw new Error(`not reached by Tab: ${target.toString()}`);
  }
}
