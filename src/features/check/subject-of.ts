import { catalogue } from '../../app/catalogue.svelte';
import { nobody, type Subject } from '../../app/subject.svelte';
import type { QueuedPicture } from './queue/queued-picture.svelte';

/** Whose a picture is: of a saved one what the record says now, since it can be given away on other pages. */
export function subjectOf({ saving, subject }: QueuedPicture): Subject {
  const visit = saving.kind === 'saved' ? catalogue.examination(saving.id) : undefined;
  if (!visit) return subject;
  if (visit.lesion !== undefined) return { lesion: visit.lesion };
  return visit.patient === undefined ? nobody : { patient: visit.patient };
}
