/** The queue of this page, and the door through which pictures come in from outside. */
import type { PictureSource } from '../../domain/visit';
import { record } from '../../app/record';
import { nextSubject } from '../../app/subject.svelte';
import { navigation } from '../../app/router.svelte';
import { readiness } from '../../app/readiness.svelte';
import { settings } from '../../app/settings.svelte';
import { work } from '../../app/work/work.svelte';
import { inference } from '../../app/inference';
import { Queue } from './queue/queue.svelte';

export const queue = new Queue({
  inference,
  readiness,
  visits: record.visits,
  preferences: settings,
  subject: nextSubject,
  work,
});

/**
 * Takes in files that come to whatever page is open: shared to the app, opened with it, dropped, pasted. Encrypted
 * ones go to the page that opens them, all others are pictures.
 * @param onlyCopy whether they cannot be brought in again
 */
export async function acceptFiles(
  files: readonly Blob[],
  source: PictureSource,
  onlyCopy = source === 'shared',
): Promise<void> {
  let pictures = files;
  if (files.some(({ type }) => !type.startsWith('image/'))) {
    const { received } = await import('../../app/received.svelte');
    pictures = await received.take(files);
  }
  if (pictures.length === 0) return;
  navigation.go({ page: 'classify' });
  queue.accept(pictures, { source, onlyCopy });
}
