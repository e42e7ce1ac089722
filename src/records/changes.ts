export type Entity = 'patient' | 'lesion' | 'examination';

/** What happened to the record, told to every listener in every tab of this device. */
export type RecordChange =
  | { readonly kind: 'added' | 'changed' | 'removed'; readonly of: Entity; readonly ids: readonly string[] }
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
  readonly #channel: BroadcastChannel;

  constructor(name: string) {
    this.#channel = new BroadcastChannel(name);
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
    this.#channel.postMessage(change);
  }

  close(): void {
    this.#listeners.clear();
    this.#channel.close();
  }

  #tell(change: RecordChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
