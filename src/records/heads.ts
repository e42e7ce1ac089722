/**
 * Heads that were learnt on this device, sealed with the key of the record, in a small database of its own. A head is
 * made from what is known of patients: without the record's key nobody uses it. Every method rejects with a Failure.
 */
import type { DBSchema } from 'idb';
import * as v from 'valibot';
import { fromBase64, toBase64 } from '../base64';
import type { Head, LearningReport } from '../domain/learning/head';
import { headDatabase } from './head-database';
import { openJson, sealJson } from './crypto/sealed-json';
import type { SealContext } from './crypto/vault';
import { guarded, type RecordStore } from './rows/record-store';
import type { Sealed } from './store/database';
import { SideDatabase } from './store/side-database';

interface HeadSchema extends DBSchema {
  heads: { key: string; value: { readonly id: string; readonly content: Sealed } };
  /** The id of the head in use; absent where the model's own is. */
  use: { key: 'use'; value: string };
}

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const factor = v.pipe(v.number(), v.gtValue(0));
const natural = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const difference = v.pipe(v.number(), v.minValue(-1), v.maxValue(1));
const Change = v.object({ before: share, after: share, low: difference, high: difference });
const Pair = v.nullable(v.object({ before: share, after: share }));
const AtAlertLevel = v.object({ sensitivity: Pair, specificity: Pair });
const Floats = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => new Float32Array(fromBase64(text).buffer)),
);

const Report = v.object({
  lesions: natural,
  pictures: natural,
  conditions: v.record(v.string(), natural),
  corrections: Change,
  bank: Change,
  alert: v.object({ corrections: AtAlertLevel, bank: AtAlertLevel }),
  fewInBank: v.array(v.string()),
  refusals: v.array(v.picklist(['corrections-not-better', 'bank-worse', 'sensitivity-lower'])),
}) satisfies v.GenericSchema<LearningReport>;

const Content = v.object({
  createdAt: natural,
  pack: v.object({ id: v.string(), version: v.string() }),
  kernel: Floats,
  bias: Floats,
  calibration: v.object({
    temperature: v.record(v.string(), factor),
    predictionSet: v.pipe(factor, v.maxValue(1)),
    // The schema, too, lets no level become laxer than shipped.
    alertLevels: v.record(v.string(), v.pipe(factor, v.maxValue(1))),
  }),
  report: Report,
  sources: v.exactOptional(
    v.array(
      v.object({
        name: v.string(),
        day: v.string(),
        lesions: natural,
        outlier: v.boolean(),
        epsilon: v.exactOptional(factor),
      }),
    ),
  ),
});

export class HeadRepository {
  readonly #store: RecordStore;
  readonly #database: SideDatabase<HeadSchema>;

  constructor(store: RecordStore, name = headDatabase) {
    this.#store = store;
    this.#database = new SideDatabase<HeadSchema>(name, (database) => {
      database.createObjectStore('heads', { keyPath: 'id' });
      database.createObjectStore('use');
    });
  }

  /** Keeps a head and uses it from now on. */
  adopt(head: Head): Promise<void> {
    return guarded(async () => {
      const { key } = await this.#store.open();
      const { id, kernel, bias, ...rest } = head;
      const text = { ...rest, kernel: asText(kernel), bias: asText(bias) };
      const content = await sealJson(key, place(id), text);
      const transaction = (await this.#database.open()).transaction(['heads', 'use'], 'readwrite');
      await Promise.all([
        transaction.objectStore('heads').put({ id, content }),
        transaction.objectStore('use').put(id, 'use'),
        transaction.done,
      ]);
    });
  }

  /** Uses a head that is kept; undefined for the model's own. */
  use(id: string | undefined): Promise<void> {
    return guarded(async () => {
      const database = await this.#database.open();
      if (id === undefined) await database.delete('use', 'use');
      else await database.put('use', id, 'use');
    });
  }

  remove(id: string): Promise<void> {
    return guarded(async () => {
      const transaction = (await this.#database.open()).transaction(['heads', 'use'], 'readwrite');
      const uses = transaction.objectStore('use');
      if ((await uses.get('use')) === id) await uses.delete('use');
      await transaction.objectStore('heads').delete(id);
      await transaction.done;
    });
  }

  /** All that can be opened, the newest first, and which one is in use; needs the record's key only where there are any. */
  all(): Promise<{ readonly heads: readonly Head[]; readonly used: string | undefined }> {
    return guarded(async () => {
      const database = await this.#database.open();
      const rows = await database.getAll('heads');
      if (rows.length === 0) return { heads: [], used: undefined };
      const used = await database.get('use', 'use');
      const { key } = await this.#store.open();
      const heads = await Promise.all(rows.map(({ id, content }) => opened(key, id, content)));
      return {
        heads: heads.filter((head) => head !== undefined).sort((a, b) => b.createdAt - a.createdAt),
        used,
      };
    });
  }

  /** A head that is kept. */
  get(id: string): Promise<Head | undefined> {
    return guarded(async () => {
      const row = await (await this.#database.open()).get('heads', id);
      return row && opened((await this.#store.open()).key, id, row.content);
    });
  }

  /** The head in use; needs the record's key only where there is one. */
  current(): Promise<Head | undefined> {
    return guarded(async () => {
      const id = await (await this.#database.open()).get('use', 'use');
      return id === undefined ? undefined : this.get(id);
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function asText(values: Float32Array): string {
  return toBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function place(id: string): SealContext {
  return { version: 2, field: 'head', id };
}

async function opened(key: CryptoKey, id: string, sealed: Sealed): Promise<Head | undefined> {
  const content = await openJson(key, place(id), sealed, Content);
  return content && { id, ...content };
}
