import { catalogue } from '../../app/catalogue.svelte';
import { settings } from '../../app/settings.svelte';
import type { Subject } from '../../app/subject.svelte';
import { placeName } from '../../i18n/body-words';
import { m } from '../../i18n/paraglide/messages.js';

/** A subject in words: a patient with the year of birth, a lesion with its place. */
export interface SubjectWords {
  /** Undefined where the picture is of nobody that is listed as a patient. */
  readonly patient: string | undefined;
  /** Undefined where no lesion is named. */
  readonly lesion: string | undefined;
}

export function subjectWords({ patient, lesion }: Subject): SubjectWords {
  const spot = catalogue.lesion(lesion);
  const person = catalogue.patient(spot?.patient ?? patient);
  const unnamed = settings.mode === 'clinician' ? m.lesion_unnamed() : m.subject_spot();
  return {
    patient: person && (person.damaged ? m.patient_unnamed() : named(person)),
    lesion:
      spot &&
      (spot.damaged
        ? unnamed
        : [spot.name, spot.place && placeName(spot.place)].filter(Boolean).join(', ') || unnamed),
  };
}

function named({ name, born }: { readonly name: string; readonly born: string | null }): string {
  const called = name || m.patient_unnamed();
  return born ? m.subject_born({ name: called, year: born.slice(0, 4) }) : called;
}
