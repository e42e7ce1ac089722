/**
 * This device's own address for encrypted files, and those of colleagues, sealed like everything personal. The
 * identity that opens what is sent to the address never leaves the record: a backup does not hold it.
 */
import * as v from 'valibot';
import { Failure } from '../../../failure';
import { encrypted, newIdentity } from '../backup/age';
import type { SharingRow } from '../../store/database';
import { record } from '../../record';
import { whole } from '../../crypto/sealed';
import { again, guarded, type RecordStore } from '../../store/store';
import { seal, unseal, type Place } from '../../crypto/vault';

/** Who somebody is to the others. */
export interface Card {
  readonly name: string;
  /** `age1…`, an X25519 recipient of age. */
  readonly address: string;
}

export interface Colleague extends Card {
  readonly id: string;
}

const OwnRow = v.object({ name: v.string(), address: v.string(), identity: v.string() });
const CardRow = v.object({ name: v.string(), address: v.string() });
type OwnRow = v.InferOutput<typeof OwnRow>;

/** The row of this device itself; colleagues have random ids. */
const own = 'own';

export class SharingRepository {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Undefined until it is made, and where it is damaged. */
  card(): Promise<Card | undefined> {
    return guarded(async () => {
      const row = await this.#own();
      return row && { name: row.name, address: row.address };
    });
  }

  /** What opens files that were written to this device's address. */
  identity(): Promise<string | undefined> {
    return guarded(async () => (await this.#own())?.identity);
  }

  /** Makes an address for this device, or only changes the name of whom it belongs to. */
  introduce(name: string): Promise<Card> {
    return guarded(async () => {
      const present = await this.#own();
      const { identity, recipient: address } = present
        ? { ...present, recipient: present.address }
        : await newIdentity();
      const mine = await this.#store.write(
        ['sharing'],
        async ({ database, key }) => ({
          before: (await database.get('sharing', own))?.content,
          content: await sealRow(key, own, { name, address, identity }),
        }),
        async (writing, { before, content }) => {
          const stored = (await writing.objectStore('sharing').get(own))?.content;
          if (stored?.join() !== before?.join()) return again;
          // Another tab was quicker: its address may be out in the world already.
          if (stored && !present) return false;
          await writing.objectStore('sharing').put({ id: own, content });
          return true;
        },
      );
      return mine ? { name, address } : this.introduce(name);
    });
  }

  /** In the order of their names. */
  colleagues(): Promise<Colleague[]> {
    return guarded(async () => {
      const { database, key } = await this.#store.open();
      const rows = (await database.getAll('sharing')).filter(({ id }) => id !== own);
      const read = rows.map(async (row) => {
        const card = await whole(openRow(key, row, CardRow), undefined);
        return card && { id: row.id, ...card };
      });
      const found = (await Promise.all(read)).filter((card) => card !== undefined);
      return found.sort((a, b) => a.name.localeCompare(b.name));
    });
  }

  /** Keeps an address; one that is known already gets the new name. @throws Failure `address-wrong` */
  keep({ name, address: typed }: Card): Promise<string> {
    return guarded(async () => {
      const address = typed.trim().toLowerCase();
      await expectAddress(address);
      const known = (await this.colleagues()).find((each) => each.address === address);
      const id = known?.id ?? crypto.randomUUID();
      await this.#store.write(
        ['sharing'],
        ({ key }) => sealRow(key, id, { name: name.trim(), address }),
        (writing, content) => writing.objectStore('sharing').put({ id, content }),
      );
      return id;
    });
  }

  forget(id: string): Promise<void> {
    return guarded(() =>
      this.#store.change(['sharing'], (writing) => writing.objectStore('sharing').delete(id)),
    );
  }

  async #own(): Promise<OwnRow | undefined> {
    const { database, key } = await this.#store.open();
    const row = await database.get('sharing', own);
    return row && whole(openRow(key, row, OwnRow), undefined);
  }
}

function placeOf(id: string): Place {
  return { version: 2, id, field: 'sharing' };
}

function sealRow(key: CryptoKey, id: string, row: OwnRow | Card): Promise<SharingRow['content']> {
  return seal(key, placeOf(id), new TextEncoder().encode(JSON.stringify(row)));
}

/** @throws SealBroken */
async function openRow<S extends v.GenericSchema>(
  key: CryptoKey,
  { id, content }: SharingRow,
  schema: S,
): Promise<v.InferOutput<S>> {
  return v.parse(schema, JSON.parse(new TextDecoder().decode(await unseal(key, placeOf(id), content))));
}

/** An address with a mistake in it must not be found out only when a case is ready to be sent. */
async function expectAddress(address: string): Promise<void> {
  const file = encrypted(nothing(), { recipients: [address] });
  try {
    if (!/^age1[02-9ac-hj-np-z]{58}$/.test(address)) throw new Error('form');
    await file.next();
  } catch (error) {
    throw new Failure('address-wrong', '', { cause: error });
  } finally {
    await file.return(undefined);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await Promise.resolve();
  yield* [];
}

export const sharing = new SharingRepository(record.store);
