import { asFailure } from '../../../failure';
import type { Finding } from '../../../domain/visit';
import type { DraftState } from '../note-draft.svelte';

/** Stands in the choice for a finding that is none of the classes. */
export const otherFinding = '-';

/** A finding while it is being entered. Nothing is written before the person says so. */
export class FindingDraft {
  readonly #write: (finding: Finding | null, seen: Finding | null) => Promise<boolean>;
  #stored: Finding | null = $state.raw(null);
  #state = $state.raw<DraftState>({ kind: 'untouched' });
  /** A class code, `otherFinding`, or empty for no finding. */
  choice = $state('');
  text = $state('');
  date = $state('');
  readonly #today: string;

  /**
   * @param write stores a finding in the place of the one that was seen; false when the examination is gone
   * @param today an ISO date: the day of a new finding until another is given
   */
  constructor(
    stored: Finding | null,
    write: (finding: Finding | null, seen: Finding | null) => Promise<boolean>,
    today: string,
  ) {
    this.#write = write;
    this.#today = today;
    this.#show(stored);
  }

  get state(): DraftState {
    return this.#state;
  }

  get finding(): Finding | null {
    if (this.choice === '') return null;
    return {
      code: this.choice === otherFinding ? null : this.choice,
      text: this.text.trim(),
      date: this.date,
    };
  }

  get changed(): boolean {
    return !same(this.finding, this.#stored);
  }

  /** Takes over what was written elsewhere, unless something has been entered here. */
  adopt(stored: Finding | null): void {
    if (this.changed || this.#state.kind === 'saving' || same(stored, this.#stored)) return;
    this.#show(stored);
  }

  /** Writes what was entered although there is another finding by now, which the person has seen. */
  insist(stored: Finding | null): Promise<void> {
    this.#stored = stored;
    return this.save();
  }

  /** Gives up what was entered for what is stored. */
  yield(stored: Finding | null): void {
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

  #show(stored: Finding | null): void {
    this.#stored = stored;
    this.choice = stored === null ? '' : (stored.code ?? otherFinding);
    this.text = stored?.text ?? '';
    this.date = stored?.date ?? this.#today;
  }
}

function same(a: Finding | null, b: Finding | null): boolean {
  if (!a || !b) return a === b;
  return a.code === b.code && a.text === b.text && a.date === b.date;
}
