/** Whether a page fits small and low screens and large text. */
import type { Page } from 'playwright/test';

interface Screen {
  readonly width: number;
  readonly height: number;
  /** By how much text is larger than usual, in percent. */
  readonly text?: number;
}

/** The screens that leave the least room. */
export const narrowScreens: Readonly<Record<string, Screen>> = {
  'a small phone': { width: 320, height: 568 },
  '400 % zoom': { width: 320, height: 256 },
  'large text': { width: 390, height: 844, text: 200 },
  'a small phone held sideways': { width: 568, height: 320 },
  'a phone held sideways': { width: 740, height: 360 },
};

/** Sizes a page anew, and its text, as the browser's own setting for it does. */
export async function showOn(page: Page, { width, height, text = 100 }: Screen): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setFontSizes', { fontSizes: { standard: (16 * text) / 100 } });
  await session.detach();
  await page.setViewportSize({ width, height });
}

/** What is cut off, makes the page scroll sideways, or keeps too much of a low screen. */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    // What follows the size of the window has followed by the second frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) found.push(`${root.scrollWidth - root.clientWidth} px too wide`);
    const named = (element: Element): string =>
      `${element.localName}.${element.classList[0] ?? ''} "${element.textContent.trim().slice(0, 30)}"`;
    const shown = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
        !element.closest('.visually-hidden, .skip, svg, [aria-hidden="true"]'),
    );
    /** What scrolls or crops by itself keeps its content to itself. */
    const contained = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') return at !== document.body;
      }
      return false;
    };
    for (const element of shown) {
      const style = getComputedStyle(element);
      const { left, right, width, height } = element.getBoundingClientRect();
      // Of one pixel is what only a screen reader is to find.
      if (width <= 1 || height <= 1) continue;
      const controls = element.matches('a, button, input, select, textarea, h1, h2, h3, summary, p');
      if (controls && (left < -1 || right > innerWidth + 1) && !contained(element)) {
        found.push(`${named(element)} from ${left.toFixed()} to ${right.toFixed()} px`);
      }
      if (element.matches('a, button, h1, h2, h3') && element.scrollWidth > element.clientWidth + 1) {
        if (style.display !== 'inline') found.push(`${named(element)} is wider than its box`);
      }
      if (element.matches('input[type=range]') && width < 88) {
        found.push(`a slider is ${width.toFixed()} px wide`);
      }
      const size = parseFloat(style.fontSize);
      const written = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim().length > 8,
      );
      if (written && width < 2 * size && height > 5 * size) {
        found.push(`${named(element)} is squeezed to ${width.toFixed()} px`);
      }
      const bar = style.position === 'fixed' || style.position === 'sticky';
      const whole = element.matches('[role=dialog], [role=alertdialog], .scrim, .sheet');
      if (bar && !whole && width > innerWidth * 0.6 && height > innerHeight / 5) {
        found.push(`${named(element)} keeps ${height.toFixed()} of ${innerHeight} px`);
      }
    }
    return found;
  });
}
