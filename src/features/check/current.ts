/** The queue of this page, and the door through which pictures come in from outside. */
import type { PictureSource } from '../../domain/visit';
import { catalogue } from '../../app/catalogue.svelte';
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
  const visit = catalogue.examination(id);
  if (visit && !visit.damaged) nextSubject.choose({ ...ownerOf(visit), visit: id });
}

/** Puts a picture that was saved away, to add another one to its visit. */
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
  subject: nextSubject,
  work,
});

/**
 * Takes in pictures that come to whatever page is open: shared to the app, opened with it, dropped, pasted.
 * @param onlyCopy whether they cannot be brought in again
 */
export function acceptPictures(
  files: readonly Blob[],
  source: PictureSource,
  onlyCopy = source === 'shared',
): void {
  if (files.length === 0) return;
  const { route } = navigation;
  // What is dropped or pasted where a visit is open belongs to it; its preview says so.
  if (source === 'file' && route.page === 'history' && route.id !== undefined) joinNext(route.id);
  navigation.go({ page: 'classify' });
  queue.accept(files, { source, onlyCopy });
}
