import type { ChangeListener } from '../records/changes';
import { record } from './record';
import { catalogue } from './catalogue.svelte';
import type { Route } from './route';

/** Whose picture it is: of a lesion, which has a patient or none; of a patient; or of nobody that was named. */
export type Subject = (
  | { readonly lesion: string; readonly patient?: undefined }
  | { readonly patient: string; readonly lesion?: undefined }
  | { readonly patient?: undefined; readonly lesion?: undefined }
) & {
  /** The visit that it joins; a new one when absent. */
  readonly visit?: string;
};

export const nobody: Subject = {};

/** Whose the next pictures are. Each picture gets the subject when it comes in, and keeps it. */
export class NextSubject {
  readonly #patientOf: (lesion: string) => string | undefined;
  #value = $state.raw<Subject>(nobody);

  constructor(
    record: { onChange(listener: ChangeListener): unknown },
    patientOf: (lesion: string) => string | undefined,
  ) {
    this.#patientOf = patientOf;
    record.onChange((change) => {
      if (change.kind === 'cleared' || change.kind === 'locked') this.end();
      if (change.kind === 'removed' && isOneOf(this.#value, change.of, change.ids)) this.end();
    });
  }

  get value(): Subject {
    return this.#value;
  }

  choose(subject: Subject): void {
    this.#value = subject;
  }

  end(): void {
    this.#value = nobody;
  }

  /** Ends this choice. A choice that was made since stays. */
  finish(chosen: Subject): void {
    if (chosen === this.#value) this.end();
  }

  /** Ends when the page of another patient or lesion is opened: the next picture may be theirs. */
  follow(route: Route): void {
    const { patient, lesion, visit } = this.#value;
    // A picture for a visit that is there comes at once, or not at all.
    const away = route.page !== 'classify' && !(route.page === 'history' && route.id === visit);
    if (visit !== undefined && away) this.end();
    if (patient === undefined && lesion === undefined) return;
    const person = lesion === undefined ? patient : this.#patientOf(lesion);
    if (route.page === 'patients' && route.id !== undefined && route.id !== person) this.end();
    if (route.page === 'lesion' && route.id !== lesion) {
      const isTheirs = lesion === undefined && this.#patientOf(route.id) === patient;
      if (!isTheirs) this.end();
    }
  }
}

/** Whether a subject is one of the rows of a change. */
export function isOneOf({ patient, lesion, visit }: Subject, of: string, ids: readonly string[]): boolean {
  const id = of === 'patient' ? patient : of === 'lesion' ? lesion : visit;
  return id !== undefined && ids.includes(id);
}

export const nextSubject = new NextSubject(record, (lesion) => catalogue.lesion(lesion)?.patient);
