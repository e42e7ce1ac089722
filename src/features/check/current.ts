/** The queue of this page, and the entry point for pictures from outside. */
import type { PictureSource } from '../../domain/visit/visit';
import { catalogue } from '../../app/catalogue.svelte';
import { currentHead } from '../../app/learning/current-head';
import { record } from '../../app/record';
import { nextSubject } from '../../app/subject.svelte';
import { navigation } from '../../app/router.svelte';
import { readiness } from '../../app/readiness.svelte';
import { settings } from '../../app/settings.svelte';
import { work } from '../../app/work/work.svelte';
import { inference } from '../../app/inference';
import { Queue } from './queue/queue.svelte';
import type { QueuedPicture } from './queue/queued-picture.svelte';
import { ownerOf } from './subject-of';

/** The next pictures join a visit. */
function joinNext(id: string): void {
  const visit = catalogue.visit(id);
  if (visit && !visit.damaged) nextSubject.choose({ ...ownerOf(visit), visit: id });
}

/** Closes a saved picture, to add another one to its visit. */
export function addToVisitOf({ saving }: QueuedPicture): void {
  if (saving.kind !== 'saved') return;
  queue.reset();
  joinNext(saving.id);
}

export const queue = new Queue({
  inference,
  readiness,
  visits: record.visits,
  preferences: settings,
  head: currentHead,
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
  const { route } = navigation;
  // What is dropped or pasted where a visit is open belongs to it; its preview says so.
  if (source === 'file' && route.page === 'history' && route.id !== undefined) joinNext(route.id);
  navigation.go({ page: 'classify' });
  queue.accept(pictures, { source, onlyCopy });
}
