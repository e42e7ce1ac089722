/** Fills the record of a page that is open, and damages it. */
import path from 'node:path';
import type { Page } from 'playwright';
import { build, type Rolldown } from 'vite';

let bundle: Promise<string> | undefined;

/** records-page.ts as a script whose exports are `records`. */
function records(): Promise<string> {
  bundle ??= build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2023',
      lib: { entry: path.join(import.meta.dirname, 'records-page.ts'), name: 'records', formats: ['iife'] },
    },
  }).then((built) => {
    const [output] = built as Rolldown.RolldownOutput[];
    const chunk = output?.output[0];
    if (!chunk) throw new Error('nothing was bundled');
    return chunk.code;
  });
  return bundle;
}

/** Adds `count` examinations before `until`. The page may be on any address of the app. */
export async function fillRecord(page: Page, count: number, until = new Date()): Promise<void> {
  const code = await records();
  // Evaluated by the browser's debugger: the page's own policy would not let it in.
  await page.evaluate(`(async () => { ${code}; await records.fill(${count}, ${until.getTime()}); })()`);
}

/** Everything that the record of a page holds, for comparison. */
export async function recordContents(page: Page): Promise<unknown> {
  const code = await records();
  return page.evaluate(`(async () => { ${code}; return records.contents(); })()`);
}

/** Changes one byte of a ciphertext of the newest examination. */
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

/** How many rows each store has. */
export function storedRows(page: Page): Promise<{ examinations: number; pictures: number; keys: number }> {
  return page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('lentigo-records');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(new Error('not opened'));
    });
    const transaction = database.transaction(['examinations', 'pictures', 'keys']);
    const count = (name: string): Promise<number> =>
      new Promise((resolve) => {
        const request = transaction.objectStore(name).count();
        request.onsuccess = () => resolve(request.result);
      });
    const [examinations, pictures, keys] = await Promise.all([
      count('examinations'),
      count('pictures'),
      count('keys'),
    ]);
    database.close();
    return { examinations, pictures, keys };
  });
}
