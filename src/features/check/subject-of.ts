import { catalogue } from '../../app/catalogue.svelte';
import { nobody, type Subject } from '../../app/subject.svelte';
import type { Assignment } from '../../domain/visit/visit';
import type { QueuedPicture } from './queue/queued-picture.svelte';

/** Whose a picture is. For a saved one the record decides, because other pages can reassign it. */
export function subjectOf({ saving, subject }: QueuedPicture): Subject {
  const visit = saving.kind === 'saved' ? catalogue.visit(saving.id) : undefined;
  return visit ? ownerOf(visit) : subject;
}

/** Whose a visit is. */
export function ownerOf({ lesion, patient }: Assignment): Subject {
  if (lesion !== undefined) return { lesion };
  return patient === undefined ? nobody : { patient };
}
