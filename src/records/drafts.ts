/**
 * What was typed and is not saved yet, sealed with the key of the record, in a small database of its own: so it
 * outlives a lock and a crash. Every method rejects with a Failure.
 */
import type { DBSchema } from 'idb';
import * as v from 'valibot';
import type { Sealed } from './store/database';
import { SideDatabase } from './store/side-database';
import { openJson, sealJson } from './crypto/sealed-json';
import type { SealContext } from './crypto/vault';
import { guarded, type RecordStore } from './rows/record-store';

interface DraftRow {
  /** Of the form, `patient:<id>` for example. */
  readonly form: string;
  /** Of the window that wrote it: two windows may hold drafts of the same form. */
  readonly window: string;
  readonly content: Sealed;
}

interface DraftSchema extends DBSchema {
  drafts: { key: [string, string]; value: DraftRow };
}

const Fields = v.record(v.string(), v.unknown());
const Content = v.object({
  /** What its author saw when the form was opened. */
  base: Fields,
  /** What the form holds. */
  values: Fields,
  /** Address of the page that the form is on: the part from `#` on. */
  where: v.string(),
});

export type DraftContent = Readonly<v.InferOutput<typeof Content>>;

export interface StoredDraft extends DraftContent {
  readonly form: string;
  readonly window: string;
}

export class DraftRepository {
  readonly #store: RecordStore;
  readonly #database: SideDatabase<DraftSchema>;

  constructor(store: RecordStore, name = 'lentigo-drafts') {
    this.#store = store;
    this.#database = new SideDatabase<DraftSchema>(name, (database) => {
      database.createObjectStore('drafts', { keyPath: ['form', 'window'] });
    });
  }

  put(form: string, window: string, content: DraftContent): Promise<void> {
    return guarded(async () => {
      const { key } = await this.#store.open();
      const sealed = await sealJson(key, place(form, window), content);
      await (await this.#database.open()).put('drafts', { form, window, content: sealed });
    });
  }

  remove(form: string, window: string): Promise<void> {
    return guarded(async () => (await this.#database.open()).delete('drafts', [form, window]));
  }

  /** All that can be opened; what another key sealed, or is damaged, is deleted. */
  all(): Promise<StoredDraft[]> {
    return guarded(async () => {
      const database = await this.#database.open();
      const rows = await database.getAll('drafts');
      // Without any there is nothing that a key is needed for.
      if (rows.length === 0) return [];
      const { key } = await this.#store.open();
      const found = await Promise.all(
        rows.map(async ({ form, window, content }) => {
          const opened = await openJson(key, place(form, window), content, Content);
          if (!opened) await database.delete('drafts', [form, window]);
          return opened && { ...opened, form, window };
        }),
      );
      return found.filter((each) => each !== undefined);
    });
  }

  clear(): Promise<void> {
    return guarded(async () => (await this.#database.open()).clear('drafts'));
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function place(form: string, window: string): SealContext {
  return { version: 2, field: 'draft', id: `${form} ${window}` };
}
