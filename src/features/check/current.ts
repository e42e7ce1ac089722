/** The queue of this page, and the door through which pictures come in from outside. */
import type { PictureSource } from '../../domain/visit';
import { record } from '../../records/record';
import { chosenLesion } from '../../app/subject.svelte';
import { navigation } from '../../app/router.svelte';
import { readiness } from '../../app/readiness.svelte';
import { settings } from '../../app/settings.svelte';
import { inference } from '../../worker/client';
import { Queue } from './queue/queue.svelte';

export const queue = new Queue(inference, readiness, record.visits, settings, chosenLesion);

/** Takes in pictures that were shared to the app or opened with it. */
export function acceptPictures(files: readonly Blob[], source: PictureSource): void {
  if (files.length === 0) return;
  navigation.go({ page: 'classify' });
  queue.accept(files, source);
}
