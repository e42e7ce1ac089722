/**
 * What was typed and is not saved yet, sealed with the key of the record, in a small database of its own: so it
 * outlives a lock and a crash. Every method rejects with a Failure.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import * as v from 'valibot';
import type { Sealed } from './store/database';
import { seal, SealBroken, unseal, type SealContext } from './crypto/vault';
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
  readonly #name: string;
  #connection: Promise<IDBPDatabase<DraftSchema>> | undefined;

  constructor(store: RecordStore, name = 'lentigo-drafts') {
    this.#store = store;
    this.#name = name;
  }

  put(form: string, window: string, content: DraftContent): Promise<void> {
    return guarded(async () => {
      const { key } = await this.#store.open();
      const bytes = new TextEncoder().encode(JSON.stringify(content));
      const database = await this.#database();
      await database.put('drafts', { form, window, content: await seal(key, place(form, window), bytes) });
    });
  }

  remove(form: string, window: string): Promise<void> {
    return guarded(async () => (await this.#database()).delete('drafts', [form, window]));
  }

  /** All that can be opened; what another key sealed, or is damaged, is deleted. */
  all(): Promise<StoredDraft[]> {
    return guarded(async () => {
      const database = await this.#database();
      const rows = await database.getAll('drafts');
      // Without any there is nothing that a key is needed for.
      if (rows.length === 0) return [];
      const { key } = await this.#store.open();
      const found = await Promise.all(
        rows.map(async ({ form, window, content }) => {
          const opened = await open(key, place(form, window), content);
          if (!opened) await database.delete('drafts', [form, window]);
          return opened && { ...opened, form, window };
        }),
      );
      return found.filter((each) => each !== undefined);
    });
  }

  clear(): Promise<void> {
    return guarded(async () => (await this.#database()).clear('drafts'));
  }

  async close(): Promise<void> {
    (await this.#connection)?.close();
    this.#connection = undefined;
  }

  #database(): Promise<IDBPDatabase<DraftSchema>> {
    this.#connection ??= openDB<DraftSchema>(this.#name, 1, {
      upgrade: (database) => void database.createObjectStore('drafts', { keyPath: ['form', 'window'] }),
      terminated: () => (this.#connection = undefined),
    }).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }
}

function place(form: string, window: string): SealContext {
  return { version: 2, field: 'draft', id: `${form} ${window}` };
}

async function open(key: CryptoKey, at: SealContext, sealed: Sealed): Promise<DraftContent | undefined> {
  try {
    return v.parse(Content, JSON.parse(new TextDecoder().decode(await unseal(key, at, sealed))));
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError || v.isValiError(error)) return undefined;
    throw error;
  }
}
