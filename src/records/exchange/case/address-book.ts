/**
 * This device's own address for encrypted files, and those of colleagues, sealed like everything personal. The
 * identity that opens what is sent to the address never leaves the record: a backup does not hold it.
 */
import * as v from 'valibot';
import { Failure } from '../../../failure';
import { encrypted, newIdentity } from '../age';
import { recordKeyRow } from '../record-key';
import type { SharingRow } from '../../store/database';
import { parseJson } from '../../crypto/codec';
import { whole } from '../../crypto/sealed';
import { again, guarded, type Opened, type RecordStore } from '../../rows/record-store';
import { seal, unseal, type SealContext } from '../../crypto/vault';

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

export class AddressBook {
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

  /**
   * Makes an address for this device, or only changes the name of whom it belongs to. A damaged row is replaced:
   * what opened files for the old address is lost with it.
   */
  introduce(name: string): Promise<Card> {
    return guarded(() =>
      this.#store.write(
        ['sharing'],
        async (opened) => {
          const { row, owner } = await ownRow(opened);
          // Of two tabs the second finds the address of the first, which may be out in the world already.
          const { identity, address } = owner ?? (await newOwner());
          return {
            before: row?.content,
            card: { name, address },
            content: await sealRow(opened.key, own, { name, address, identity }),
          };
        },
        async (writing, { before, card, content }) => {
          const sharing = writing.objectStore('sharing');
          if ((await sharing.get(own))?.content.join() !== before?.join()) return again;
          await sharing.put({ id: own, content });
          return card;
        },
      ),
    );
  }

  /** In the order of their names. */
  colleagues(): Promise<Colleague[]> {
    return guarded(async () => {
      const { database, key } = await this.#store.open();
      const rows = (await database.getAll('sharing')).filter(({ id }) => id !== own && id !== recordKeyRow);
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
    return (await ownRow(await this.#store.open())).owner;
  }
}

/** The row of this device, and what is in it where it is not damaged. */
async function ownRow({ database, key }: Opened) {
  const row = await database.get('sharing', own);
  return { row, owner: row && (await whole(openRow(key, row, OwnRow), undefined)) };
}

async function newOwner() {
  const { identity, recipient } = await newIdentity();
  return { identity, address: recipient };
}

function contextOf(id: string): SealContext {
  return { version: 2, id, field: 'sharing' };
}

function sealRow(key: CryptoKey, id: string, row: OwnRow | Card): Promise<SharingRow['content']> {
  return seal(key, contextOf(id), new TextEncoder().encode(JSON.stringify(row)));
}

/** @throws SealBroken, FormatBroken */
async function openRow<S extends v.GenericSchema>(
  key: CryptoKey,
  { id, content }: SharingRow,
  schema: S,
): Promise<v.InferOutput<S>> {
  return parseJson(schema, await unseal(key, contextOf(id), content));
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
