import { SvelteMap } from 'svelte/reactivity';
import { asFailure, type Failure } from '../../failure';
import type { DamagedVisit, VisitKey, PicturedSummary } from '../../domain/visit/visit';
import type { RecordChange, Written } from '../../records/changes';
import type { VisitRepository } from '../../records/record';
import { record } from '../../app/record';

export type ListEntry = PicturedSummary | DamagedVisit;

/** Summaries kept in memory, thumbnails included: many screens, few megabytes. */
const kept = 400;

/**
 * The list of all visits: ids and times of all of them, the rest only of those that were on
 * the screen lately. Follows every change of the record.
 */
export class HistoryList {
  readonly #records: Pick<VisitRepository, 'outline' | 'list' | 'summaries' | 'onChange'>;
  #only = $state.raw<readonly VisitKey[]>();
  #outline = $state.raw<readonly VisitKey[]>();
  #failure = $state.raw<Failure>();
  readonly #entries = new SvelteMap<string, ListEntry>();
  /** Ids of what rows on the screen still wait for. */
  #waiting: readonly string[] = [];
  /** Ids of the entries to read next. */
  #next: readonly string[] = [];
  #loading: Promise<void> | undefined;
  /** How often reading was asked for. */
  #asked = 0;
  /** Whether something could not be read since the last time that something could. */
  #missed = false;

  constructor(records: Pick<VisitRepository, 'outline' | 'list' | 'summaries' | 'onChange'>) {
    this.#records = records;
    records.onChange((change) => this.#follow(change));
  }

  /** What is listed, newest first; undefined until it is known. */
  get outline(): readonly VisitKey[] | undefined {
    return this.#only ?? this.#outline;
  }

  /** How many there are, listed or not. */
  get count(): number {
    return this.#outline?.length ?? 0;
  }

  /** Lists these visits only, newest first; all of them when undefined. */
  narrow(only: readonly VisitKey[] | undefined): void {
    this.#only = only;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  /** An entry; undefined until it was requested with `want` and read. */
  entry(id: string): ListEntry | undefined {
    return this.#entries.get(id);
  }

  /** Reads which visits there are. One reading at a time; a call meanwhile causes another. */
  load(): Promise<void> {
    this.#asked += 1;
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /**
   * Asks for an entry. Rows that ask together are read together. Where that fails it is tried again as soon as
   * something can be read. Returns what ends the wish.
   */
  want(id: string): () => void {
    this.#waiting = [...this.#waiting, id];
    this.#read([id]);
    return () => this.#forget(id);
  }

  #forget(id: string): void {
    this.#waiting = this.#waiting.filter((each) => each !== id);
  }

  #read(ids: readonly string[]): void {
    if (this.#next.length === 0 && ids.length > 0) queueMicrotask(() => void this.#fetch());
    this.#next = [...this.#next, ...ids];
  }

  async #load(): Promise<void> {
    try {
      let asked: number;
      do {
        asked = this.#asked;
        this.#outline = await this.#records.outline();
      } while (asked !== this.#asked);
      this.#succeed();
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }

  async #fetch(): Promise<void> {
    const only = this.#only;
    const outline = only ?? this.#outline ?? [];
    const ids = this.#next;
    this.#next = [];
    const indexes = outline.flatMap(({ id }, index) => (ids.includes(id) ? [index] : []));
    try {
      await Promise.all(
        runs(indexes).map(async ({ first, length }) => {
          const entries = only
            ? await this.#records.summaries(only.slice(first, first + length).map(({ id }) => id))
            : await this.#records.list({ before: outline[first - 1], limit: length });
          for (const entry of entries) this.#keep(entry);
        }),
      );
      this.#succeed();
    } catch (thrown) {
      this.#failure = asFailure(thrown);
      this.#missed = true;
      // What is shown of them may be out of date.
      for (const id of ids) this.#entries.delete(id);
    }
  }

  #succeed(): void {
    this.#failure = undefined;
    if (!this.#missed) return;
    this.#missed = false;
    this.#read(this.#waiting);
  }

  /** Whether a visit's day may have changed, so that it moves in the list: other tabs do not report that. */
  #moved({ ids, saved = [] }: Written): boolean {
    return ids.some((id) => {
      const before = this.#outline?.find((one) => one.id === id);
      const now = saved.find((one) => one.id === id);
      return before && !(now && 'day' in now && now.day === before.day);
    });
  }

  /** A map remembers the order of insertion: its first is the one that has not been seen for longest. */
  #keep(entry: ListEntry): void {
    this.#forget(entry.id);
    this.#entries.delete(entry.id);
    this.#entries.set(entry.id, entry);
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= kept) break;
      this.#entries.delete(id);
    }
  }

  #follow(change: RecordChange): void {
    if ('of' in change && change.of !== 'visit') return;
    // What is being read may be from before the change.
    if (this.#loading) this.#asked += 1;
    if (!this.#outline) return;
    switch (change.kind) {
      case 'added':
        void this.load();
        break;
      case 'changed':
        this.#read(change.ids.filter((id) => this.#entries.has(id)));
        if (this.#moved(change)) void this.load();
        break;
      case 'removed':
        this.#outline = this.#outline.filter(({ id }) => !change.ids.includes(id));
        for (const id of change.ids) this.#entries.delete(id);
        break;
      case 'cleared':
        this.#outline = [];
        this.#entries.clear();
    }
  }
}

/** Runs of consecutive numbers in an ascending list. */
function runs(indexes: readonly number[]): { first: number; length: number }[] {
  const found: { first: number; length: number }[] = [];
  for (const index of indexes) {
    const last = found.at(-1);
    if (last && index === last.first + last.length) last.length += 1;
    else found.push({ first: index, length: 1 });
  }
  return found;
}

export const historyList = new HistoryList(record.visits);
