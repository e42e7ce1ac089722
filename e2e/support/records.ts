/** Fills the record of a page that is open, and damages it. */
import path from 'node:path';
import type { Page } from 'playwright';
import { bundleScript } from '../../scripts/bundle-script.ts';

/** records-page.ts as a script whose exports are `records`. */
export function recordsScript(): Promise<string> {
  return bundleScript(path.join(import.meta.dirname, 'records-page.ts'), 'records');
}

/**
 * Adds `count` visits before `until`. The page may be on any address of the app.
 * @param size of the pictures, which have grain then
 */
export async function fillRecord(
  page: Page,
  count: number,
  until = new Date(),
  size?: readonly [width: number, height: number],
): Promise<void> {
  const code = await recordsScript();
  // Evaluated by the browser's debugger: the page's own policy would not let it in.
  await page.evaluate(
    `(async () => { ${code}; await records.fill(${count}, ${until.getTime()}, ${JSON.stringify(size)}); })()`,
  );
}

/** Goes on adding visits until the browser ends; the page's console says `kept ID` of each. */
export async function fillForEver(page: Page): Promise<void> {
  await page.evaluate(`{ ${await recordsScript()}; void records.fillForEver(); }`);
}

/** Gives all visits to one new spot of a new patient; gives their ids. */
export async function gatherCase(page: Page, name: string): Promise<{ patient: string; lesion: string }> {
  const code = await recordsScript();
  return page.evaluate(`(async () => { ${code}; return records.gather(${JSON.stringify(name)}); })()`);
}

/** Adds a patient with a lesion of which there is no visit yet; gives their ids. */
export async function addCase(page: Page, name: string): Promise<{ patient: string; lesion: string }> {
  const code = await recordsScript();
  return page.evaluate(`(async () => { ${code}; return records.addCase(${JSON.stringify(name)}); })()`);
}

/** Adds a patient whose lesion was read four times by a pack of that version; gives the ids of the lesion and of its last visit. */
export async function fillCourse(
  page: Page,
  packVersion: string,
): Promise<{ lesion: string; visit: string }> {
  const code = await recordsScript();
  return page.evaluate(
    `(async () => { ${code}; return records.fillCourse(${Date.now()}, '${packVersion}'); })()`,
  );
}

/** Adds visits that carry an impression, two thirds of them with histology. */
export async function fillImpressions(page: Page, count: number): Promise<void> {
  const code = await recordsScript();
  await page.evaluate(`(async () => { ${code}; await records.fillImpressions(${count}); })()`);
}

/** Everything that the record of a page holds, for comparison. */
export async function recordContents(page: Page): Promise<unknown> {
  const code = await recordsScript();
  return page.evaluate(`(async () => { ${code}; return records.contents(); })()`);
}

/** Changes one byte of a ciphertext of the newest visit. */
export async function damageNewest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('lentigo-records');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('not opened'));
    });
    await new Promise<void>((resolve, reject) => {
      const transaction = database.transaction('examinations', 'readwrite');
      const request = transaction.objectStore('examinations').openCursor(null, 'prev');
      request.onsuccess = () => {
        const cursor = request.result;
        if (!cursor) return;
        const row = cursor.value as Record<string, Uint8Array>;
        const sealed = row['content'];
        if (sealed) sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
        cursor.update(row);
      };
      transaction.oncomplete = () => resolve();
      transaction.onerror = () => reject(new Error('not written'));
    });
    database.close();
  });
}

interface StoredRows {
  readonly examinations: number;
  readonly pictures: number;
  readonly images: number;
  readonly thumbnails: number;
  readonly keys: number;
}

/** How many rows each store has. */
export function storedRows(page: Page): Promise<StoredRows> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('lentigo-records');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('not opened'));
    });
    const names = ['examinations', 'pictures', 'images', 'thumbnails', 'keys'] as const;
    const transaction = database.transaction(names);
    const counts = await Promise.all(
      names.map(
        (name) =>
          new Promise<number>((resolve) => {
            const request = transaction.objectStore(name).count();
            request.onsuccess = () => resolve(request.result);
          }),
      ),
    );
    database.close();
    return Object.fromEntries(names.map((name, at) => [name, counts[at]])) as unknown as StoredRows;
  });
}
