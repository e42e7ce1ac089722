/** A key among the rows of sharing, sealed like everything personal, and made when it is first needed. */
import * as v from 'valibot';
import { parseJson } from '../crypto/codec';
import { whole } from '../crypto/sealed';
import { seal, unseal, type SealContext } from '../crypto/vault';
import { again, type Opened, type RecordStore } from '../rows/record-store';
import type { SharingRow, Writing } from '../store/database';
import type { keyRows } from './sharing-rows';

export class KeptKey<S extends v.GenericSchema> {
  readonly #id: string;
  readonly #schema: S;
  readonly #make: () => v.InferOutput<S> | Promise<v.InferOutput<S>>;
  readonly #context: SealContext;

  constructor(
    id: (typeof keyRows)[number],
    schema: S,
    make: () => v.InferOutput<S> | Promise<v.InferOutput<S>>,
  ) {
    this.#id = id;
    this.#schema = schema;
    this.#make = make;
    this.#context = { version: 2, id, field: 'sharing' };
  }

  /** Undefined where none was needed yet, and where it is damaged. */
  async present(opened: Opened): Promise<v.InferOutput<S> | undefined> {
    return (await this.#stored(opened)).present;
  }

  /** The key, made at first use. Of two tabs the second finds the key of the first. @throws Failure */
  needed(store: RecordStore): Promise<v.InferOutput<S>> {
    return store.write(
      ['sharing'],
      async (opened) => {
        const { row, present } = await this.#stored(opened);
        if (present !== undefined) return { value: present, content: undefined, row };
        const made = await this.#make();
        return { value: made, content: await this.#sealed(opened.key, made), row };
      },
      async (writing, { value, content, row }) => {
        if (!content) return value;
        const stored = await writing.objectStore('sharing').get(this.#id);
        if (stored?.content.join() !== row?.content.join()) return again;
        await this.#put(writing, content);
        return value;
      },
    );
  }

  /** Replaces the key by one from elsewhere. */
  adopt(store: RecordStore, adopted: v.InferOutput<S>): Promise<void> {
    return store.write(
      ['sharing'],
      ({ key }) => this.#sealed(key, adopted),
      (writing, content) => this.#put(writing, content),
    );
  }

  async #stored({ database, key }: Opened) {
    const row = await database.get('sharing', this.#id);
    const opening = async () => row && parseJson(this.#schema, await unseal(key, this.#context, row.content));
    return { row, present: await whole(opening(), undefined) };
  }

  #sealed(key: CryptoKey, value: v.InferOutput<S>): Promise<SharingRow['content']> {
    return seal(key, this.#context, new TextEncoder().encode(JSON.stringify(value)));
  }

  async #put(writing: Writing, content: SharingRow['content']): Promise<void> {
    await writing.objectStore('sharing').put({ id: this.#id, content });
  }
}
