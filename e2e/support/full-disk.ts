import type { Page } from 'playwright/test';

/** No write to the record goes through any more; its drafts are kept elsewhere. */
export async function breakWriting(page: Page): Promise<void> {
  await page.evaluate(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called on each database below
    const before = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...call) {
      if (this.name === 'lentigo-records' && call[1] === 'readwrite')
        throw new DOMException('no room', 'QuotaExceededError');
      return before.apply(this, call);
    };
  });
}
