/**
 * A form that edits one row. It knows what its author saw (the base). Fields that nobody else touched are saved; a
 * field that was changed meanwhile elsewhere is asked about; typed text is never replaced by itself; a save that
 * fails keeps the text and says so.
 */
import { untrack } from 'svelte';
import { changes, same, threeWay } from '../../domain/three-way';
import { asFailure, type Failure } from '../../failure';

export type DraftState =
  | { readonly kind: 'untouched' | 'changed' | 'saving' | 'saved' | 'conflict' | 'gone' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** The part of a draft that outlives its form. */
export interface DraftFields {
  readonly base: Fields;
  readonly values: Fields;
}

type Fields = Readonly<Record<string, unknown>>;

export interface DraftTerms<T extends object> {
  /** Names the form, `patient:<id>` for example: the same for the same row at any time. */
  readonly form: string;
  /** The fields as they are stored; those of a new row as they stand in an empty form. */
  readonly row: T;
  /**
   * Stores the fields of `change`. Called for one change at a time.
   * @param seen what the author saw
   * @returns false when the row is gone
   * @throws Failure `record-stale` when a field of `change` is no longer what was seen
   */
  save(change: Partial<T>, seen: T): Promise<boolean>;
  /** The fields as they are stored now, after `record-stale`; undefined when the row is gone. */
  load?(): Promise<T | undefined>;
  /** Normalises what was typed: trims spaces, for example. */
  entered?(values: T): T;
  /** Saves after this many milliseconds without a keystroke; absent for a form with a Save of its own. */
  readonly pause?: number;
}

export class Draft<T extends object> {
  readonly form: string;
  readonly #terms: DraftTerms<T>;
  #base: T = $state.raw({} as T);
  #values: T = $state.raw({} as T);
  /** The row as it is known to be stored. */
  #theirs: T = $state.raw({} as T);
  #outcome = $state.raw<DraftState>({ kind: 'untouched' });
  #saving: Promise<void> | undefined;
  /** What is being saved. */
  #written: Partial<T> | undefined;
  /** What this form has replaced since it last saw its own save stored: a late copy of the row may still say so. */
  #outdated: Partial<Record<keyof T, readonly unknown[]>> = {};
  /** The person wanted to save, and was asked first. */
  #wished = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Told of every change; the service of the drafts keeps the text then. */
  onchange: () => void = () => undefined;

  constructor(terms: DraftTerms<T>) {
    this.form = terms.form;
    this.#terms = terms;
    this.#base = this.#values = this.#theirs = terms.row;
  }

  /** The values in the form. */
  get values(): T {
    return this.#values;
  }

  /** The values, normalised. */
  get entered(): T {
    return this.#terms.entered?.(this.#values) ?? this.#values;
  }

  /** The row as it is stored, as far as is known. */
  get stored(): T {
    return this.#theirs;
  }

  /** Whether the form holds what the record does not. */
  get unsaved(): boolean {
    return Object.keys(changes(this.#base, this.entered)).length > 0;
  }

  /** Fields that were changed here and meanwhile elsewhere, each in its own way. */
  get conflicts(): readonly (keyof T)[] {
    return threeWay(this.#base, this.entered, this.#theirs).conflicts;
  }

  get state(): DraftState {
    const outcome = this.#outcome;
    if (outcome.kind === 'saving') return outcome;
    if (!this.unsaved) return outcome.kind === 'saved' ? outcome : { kind: 'untouched' };
    if (this.conflicts.length > 0) return { kind: 'conflict' };
    return outcome.kind === 'failed' || outcome.kind === 'gone' ? outcome : { kind: 'changed' };
  }

  get selfSaving(): boolean {
    return this.#terms.pause !== undefined;
  }

  get content(): DraftFields {
    return { base: { ...this.#base } as Fields, values: { ...this.#values } as Fields };
  }

  /** Stores what was typed. */
  set(values: Partial<T>): void {
    this.#values = { ...this.#values, ...values };
    if (this.#outcome.kind !== 'saving') this.#outcome = { kind: 'changed' };
    this.onchange();
    this.#saveSoon();
  }

  /**
   * Updates the base to what is stored now. Fields that nobody touched here change with it.
   */
  adopt(row: T): void {
    untrack(() => {
      const [base, values, theirs, entered] = [
        { ...this.#base },
        { ...this.#values },
        { ...row },
        this.entered,
      ];
      for (const field of Object.keys(row) as (keyof T)[]) {
        if (this.#outdated[field]?.some((value) => same(value, row[field]))) {
          theirs[field] = this.#theirs[field];
          continue;
        }
        this.#outdated[field] = [];
        if (same(row[field], base[field])) continue;
        const mine = this.#written && field in this.#written && same(row[field], this.#written[field]);
        if (same(entered[field], base[field])) base[field] = values[field] = row[field];
        else if (mine || same(row[field], entered[field])) base[field] = row[field];
      }
      this.#theirs = theirs;
      if (!same(base, this.#base)) this.#base = base;
      if (!same(values, this.#values)) this.#values = values;
    });
  }

  /** Restores text that was typed before a lock or a crash. */
  restore({ base, values }: DraftFields): void {
    if (this.unsaved) return;
    const now = this.#theirs;
    const known = (Object.keys(now) as (keyof T & string)[]).filter((key) => key in base && key in values);
    const pick = (from: DraftFields['base']): T => ({
      ...now,
      ...(Object.fromEntries(known.map((key) => [key, from[key]])) as Partial<T>),
    });
    this.#base = pick(base);
    this.#values = pick(values);
    this.adopt(now);
    this.onchange();
    this.#saveSoon();
  }

  /** The person has seen both versions, and theirs is the one here. */
  keepMine(field: keyof T): Promise<void> {
    this.#base = { ...this.#base, [field]: this.#theirs[field] };
    this.onchange();
    return this.#answered();
  }

  /** The person has seen both versions, and takes the stored one. */
  useOther(field: keyof T): Promise<void> {
    const other = { [field]: this.#theirs[field] };
    this.#base = { ...this.#base, ...other };
    this.#values = { ...this.#values, ...other };
    this.onchange();
    return this.#answered();
  }

  /** Discards what was typed. */
  discard(): void {
    clearTimeout(this.#timer);
    this.#wished = false;
    this.#base = this.#values = this.#theirs;
    if (this.#outcome.kind !== 'saving') this.#outcome = { kind: 'untouched' };
    this.onchange();
  }

  /** Saves what is not saved yet; never rejects; `state` has the outcome. A second call joins the first. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#saving ??= this.#save().finally(() => {
      this.#saving = undefined;
      this.onchange();
    });
    return this.#saving;
  }

  /** Waits for a running save, and for one that this form starts by itself. */
  async settle(): Promise<void> {
    await (this.selfSaving ? this.save() : this.#saving);
  }

  #saveSoon(): void {
    if (this.#terms.pause === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), this.#terms.pause);
  }

  async #answered(): Promise<void> {
    if (this.conflicts.length === 0 && (this.#wished || this.selfSaving)) await this.save();
  }

  async #save(): Promise<void> {
    this.#wished = true;
    try {
      while (this.unsaved && this.conflicts.length === 0) {
        this.#outcome = { kind: 'saving' };
        if (!(await this.#write(changes(this.#base, this.entered)))) return;
        // What was typed meanwhile goes into the record when the person says so.
        if (!this.selfSaving) break;
      }
      if (this.conflicts.length > 0) return void (this.#outcome = { kind: 'conflict' });
      this.#wished = false;
      if (this.#outcome.kind === 'saving') this.#outcome = { kind: 'saved' };
    } catch (thrown) {
      this.#wished = false;
      this.#outcome = { kind: 'failed', failure: asFailure(thrown) };
    }
  }

  /** @returns false when the row is gone */
  async #write(change: Partial<T>): Promise<boolean> {
    const seen = this.#base;
    this.#written = change;
    try {
      if (await this.#terms.save(change, seen)) {
        for (const field of Object.keys(change) as (keyof T)[]) {
          const replaced = this.#outdated[field] ?? [];
          this.#outdated[field] = [...replaced, seen[field]].filter((value) => !same(value, change[field]));
        }
        this.#base = { ...this.#base, ...change };
        this.#theirs = { ...this.#theirs, ...change };
        return true;
      }
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.code !== 'record-stale' || !this.#terms.load) throw failure;
      const row = await this.#terms.load();
      if (row) {
        // Fields that only the other window changed are taken over; the rest is saved again, or asked about.
        this.#outdated = {};
        this.adopt(row);
        return this.conflicts.length > 0 || (await this.#write(changes(this.#base, this.entered)));
      }
    } finally {
      this.#written = undefined;
    }
    this.#outcome = { kind: 'gone' };
    return false;
  }
}

/** The same fields with no spaces around their texts. */
export function trimmed<T extends object>(values: T): T {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      typeof value === 'string' ? value.trim() : (value as unknown),
    ]),
  ) as T;
}
