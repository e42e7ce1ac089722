/** Files that are dragged onto the page. */
import type { Page } from 'playwright/test';

/** Holds a file over the page. */
export async function dragOver(page: Page): Promise<void> {
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([], 'file'));
    dispatchEvent(new DragEvent('dragenter', { dataTransfer }));
  });
}

/** Drops a file on the page. */
export async function drop(page: Page, name: string, content: string, type = ''): Promise<void> {
  await page.evaluate(
    ([called, text, kind]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], called, { type: kind }));
      dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    },
    [name, content, type] as const,
  );
}
