import { asFailure } from '../../../failure';
import type { Diagnosis } from '../../../domain/visit';
import type { DraftState } from '../note-draft.svelte';

/** Stands in the choice for a finding that is none of the classes. */
export const otherDiagnosis = '-';

/** A finding while it is being entered. Nothing is written before the person says so. */
export class DiagnosisDraft {
  readonly #write: (finding: Diagnosis | null, seen: Diagnosis | null) => Promise<boolean>;
  #stored: Diagnosis | null = $state.raw(null);
  #state = $state.raw<DraftState>({ kind: 'untouched' });
  /** A class code, `otherDiagnosis`, or empty for no finding. */
  choice = $state('');
  text = $state('');
  date = $state('');
  readonly #today: string;

  /**
   * @param write stores a finding in the place of the one that was seen; false when the visit is gone
   * @param today an ISO date: the day of a new finding until another is given
   */
  constructor(
    stored: Diagnosis | null,
    write: (finding: Diagnosis | null, seen: Diagnosis | null) => Promise<boolean>,
    today: string,
  ) {
    this.#write = write;
    this.#today = today;
    this.#show(stored);
  }

  get state(): DraftState {
    return this.#state;
  }

  get finding(): Diagnosis | null {
    if (this.choice === '') return null;
    return {
      code: this.choice === otherDiagnosis ? null : this.choice,
      text: this.text.trim(),
      date: this.date,
    };
  }

  get changed(): boolean {
    return !same(this.finding, this.#stored);
  }

  /** Takes over what was written elsewhere, unless something has been entered here. */
  adopt(stored: Diagnosis | null): void {
    if (this.changed || this.#state.kind === 'saving' || same(stored, this.#stored)) return;
    this.#show(stored);
  }

  /** Writes what was entered although there is another finding by now, which the person has seen. */
  insist(stored: Diagnosis | null): Promise<void> {
    this.#stored = stored;
    return this.save();
  }

  /** Gives up what was entered for what is stored. */
  yield(stored: Diagnosis | null): void {
    this.#show(stored);
    this.#state = { kind: 'untouched' };
  }

  async save(): Promise<void> {
    const finding = this.finding;
    this.#state = { kind: 'saving' };
    try {
      await this.#write(finding, this.#stored);
      this.#stored = finding;
      this.#state = { kind: 'saved' };
    } catch (thrown) {
      this.#state = { kind: 'failed', failure: asFailure(thrown) };
    }
  }

  #show(stored: Diagnosis | null): void {
    this.#stored = stored;
    this.choice = stored === null ? '' : (stored.code ?? otherDiagnosis);
    this.text = stored?.text ?? '';
    this.date = stored?.date ?? this.#today;
  }
}

function same(a: Diagnosis | null, b: Diagnosis | null): boolean {
  if (!a || !b) return a === b;
  return a.code === b.code && a.text === b.text && a.date === b.date;
}
