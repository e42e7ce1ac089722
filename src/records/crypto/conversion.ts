import { asFailure, Failure } from '../../failure';
import type { VisitRow } from '../store/database';
import { convert, type Converted } from './first-version';
import { whole } from './sealed';
import type { Opened, RecordStore } from '../store/store';

/**
 * Brings a visit of the first version into the present form, in one transaction, so that a tab that is
 * killed leaves it in the one or in the other. On a full disk it is shown all the same, and converted later.
 * @returns undefined when it is damaged
 */
export async function convertStored(
  store: RecordStore,
  opened: Opened,
  row: VisitRow,
): Promise<Converted | undefined> {
  const converted = await open(store, opened, row);
  if (!converted) return undefined;
  try {
    await store.write(
      ['examinations', 'pictures', 'images', 'thumbnails', 'firstExaminations', 'firstPictures'],
      // Anew if need be: the key may have been changed meanwhile.
      ({ key }) => (key === opened.key ? Promise.resolve(converted) : open(store, { ...opened, key }, row)),
      async (writing, ready) => {
        const examinations = writing.objectStore('examinations');
        const present = await examinations.index('id').get(row.id);
        // Another tab was quicker, or has deleted it.
        if (!ready || !present || present.content) return;
        const { patient, lesion, revision } = present;
        await examinations.put({ ...ready.row, patient, lesion, revision: revision + 1 });
        await writing.objectStore('pictures').put(ready.picture);
        await writing.objectStore('images').put(ready.image, row.id);
        await writing.objectStore('thumbnails').put(ready.thumbnail, row.id);
        await writing.objectStore('firstExaminations').delete([row.createdAt, row.id]);
        await writing.objectStore('firstPictures').delete(row.id);
      },
    );
  } catch (error) {
    if (asFailure(error).code !== 'storage-full') throw error;
  }
  return converted;
}

/**
 * Converts whatever is left of the first version. What is damaged is left aside.
 * @throws Failure `storage-full` when there is no room for it
 */
export async function convertAll(
  store: RecordStore,
  onProgress?: (done: number, count: number) => void,
): Promise<void> {
  const opened = await store.open();
  const keys = await opened.database.getAllKeys('firstExaminations');
  let done = 0;
  for (const key of keys) {
    const row = await opened.database.get('examinations', key);
    if (row && !row.content && (await convertStored(store, opened, row))) {
      const after = await opened.database.get('examinations', key);
      if (after && !after.content) throw new Failure('storage-full', 'first version');
    }
    onProgress?.(++done, keys.length);
  }
}

async function open(
  store: RecordStore,
  { database, key }: Opened,
  { id, createdAt, patient, lesion, revision }: VisitRow,
): Promise<Converted | undefined> {
  const transaction = database.transaction(['firstExaminations', 'firstPictures']);
  const [from, first, picture] = await Promise.all([
    store.firstKey(),
    transaction.objectStore('firstExaminations').get([createdAt, id]),
    transaction.objectStore('firstPictures').get(id),
  ]);
  if (!from || !first) return undefined;
  const converted = await whole(convert(from, key, first, picture), undefined);
  return converted && { ...converted, row: { ...converted.row, patient, lesion, revision: revision + 1 } };
}
