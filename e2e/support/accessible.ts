/** What a person who cannot see, or cannot aim, would stumble over. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from 'playwright/test';

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds, in a form that a failed test can show.
 * @param rules of axe; all of the standards without
 */
export async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Colours on the way from one to another are neither.
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished),
    ),
  );
  // Its types are those of another version of Playwright.
  const axe = new AxeBuilder({ page: page as never })
    // There is no other frame to look into, for which it would load itself into a second page.
    .setLegacyMode()
    // What passes need not be described.
    .options({ resultTypes: ['violations'] });
  const { violations: found } = await (rules ? axe.withRules([...rules]) : axe.withTags(standards)).analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** Things to press that are smaller than a fingertip: 44 CSS px, but for links in a line of text. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
    return [...document.querySelectorAll('button, nav a, label:has(input), [role=button]')]
      .filter(shown)
      .map((element) => ({ element, box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 1 && box.height > 1 && (box.width < 43.5 || box.height < 43.5))
      .map(
        ({ element, box }) =>
          `${element.textContent.trim()} ${box.width.toFixed()} x ${box.height.toFixed()}`,
      );
  });
}

/** Nothing that axe finds fault with. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}
