import type { Lesion } from '../domain/lesion';
import type { Patient } from '../domain/patient';
import type { VisitSummary } from '../domain/visit/visit';
import { openTabChannel, type TabChannel } from './tab-channel';

/** What is known of each kind of row without its pictures. */
interface Rows {
  patient: Patient;
  lesion: Lesion;
  visit: VisitSummary;
}

export type Entity = keyof Rows;

/** Rows that were written. */
export type Written = {
  readonly [E in Entity]: {
    readonly kind: 'added' | 'changed';
    readonly of: E;
    readonly ids: readonly string[];
    /** The rows decrypted, where the writer had them, so that listeners need not read them again; in this tab only. */
    readonly saved?: readonly Rows[E][];
  };
}[Entity];

/** What happened to the record, told to every listener in every tab of this device. */
export type RecordChange =
  | Written
  | {
      readonly kind: 'removed';
      readonly of: Entity;
      readonly ids: readonly string[];
      /** The visit of which they have become a part, where nothing was deleted. */
      readonly into?: string;
    }
  | { readonly kind: 'cleared' }
  /** A lock was set or taken off; every tab is to forget the key. */
  | { readonly kind: 'relocked' | 'locked' };

export type ChangeListener = (change: RecordChange) => void;

/** Whether a change concerns this row. */
export function concerns(change: RecordChange, of: Entity, id: string): boolean {
  if (change.kind === 'cleared') return true;
  return 'ids' in change && change.of === of && change.ids.includes(id);
}

/** Listeners of this tab, and a channel to those of the others. */
export class RecordChanges {
  readonly #listeners = new Set<ChangeListener>();
  readonly #channel: TabChannel;

  constructor(name: string) {
    this.#channel = openTabChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<RecordChange>) => this.#tell(data);
  }

  /** Returns what ends the listening. */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(change: RecordChange): void {
    if ('ids' in change && change.ids.length === 0) return;
    this.#tell(change);
    this.#channel.postMessage(withoutRows(change));
  }

  close(): void {
    this.#listeners.clear();
    this.#channel.close();
  }

  #tell(change: RecordChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

/** Nothing that was decrypted leaves its tab: another may be locked. */
function withoutRows(change: RecordChange): RecordChange {
  if (!('saved' in change)) return change;
  const { kind, of, ids } = change;
  return { kind, of, ids };
}
