/**
 * This device's own address for encrypted files, and those of colleagues, sealed like everything personal. The
 * identity that opens what is sent to the address never leaves the record: a backup does not hold it.
 */
import * as v from 'valibot';
import { Failure } from '../../../failure';
import { encrypted, newIdentity } from '../age';
import { keyRows, ownRow } from '../sharing-rows';
import { presentSigner, signer } from '../signing-key';
import type { SharingRow } from '../../store/database';
import { PublicKey } from '../../store/opinion-schema';
import { parseJson } from '../../crypto/codec';
import { whole } from '../../crypto/sealed';
import { again, guarded, type Opened, type RecordStore } from '../../rows/record-store';
import { seal, unseal, type SealContext } from '../../crypto/vault';

/** Who somebody is to the others. */
export interface Card {
  readonly name: string;
  /** `age1…`, an X25519 recipient of age. */
  readonly address: string;
  /** The public key that the device signs with, in hexadecimal; cards of earlier versions have none. */
  readonly signer?: string | undefined;
}

export interface Colleague extends Card {
  readonly id: string;
}

/** Whose device signs with a key, as far as this device knows; `name` is that of a colleague. */
export interface KeyOwner {
  readonly by: 'here' | 'colleague' | 'unknown';
  readonly name: string;
}

const OwnRow = v.object({ name: v.string(), address: v.string(), identity: v.string() });
const CardRow = v.object({ name: v.string(), address: v.string(), signer: v.exactOptional(PublicKey) });
type OwnRow = v.InferOutput<typeof OwnRow>;

const keyPrefix = 'ed25519:';

/** What a card says to others, as text and as a QR code: the address, and the key that signs. */
export function cardText({ address, signer: key }: Card): string {
  return key === undefined ? address : `${address} ${keyPrefix}${key}`;
}

/** The content of a card, whatever its line breaks. @throws Failure `address-wrong` where a part is no such thing */
export function readCard(typed: string): Omit<Card, 'name'> {
  const [address = '', key, ...more] = typed.trim().toLowerCase().split(/\s+/);
  if (key === undefined) return { address };
  const found = v.safeParse(PublicKey, key.slice(keyPrefix.length));
  if (!key.startsWith(keyPrefix) || !found.success || more.length > 0)
    throw new Failure('address-wrong', 'key');
  return { address, signer: found.output };
}

export class AddressBook {
  readonly #store: RecordStore;

  constructor(store: RecordStore) {
    this.#store = store;
  }

  /** Undefined until it is made, and where it is damaged. */
  card(): Promise<Card | undefined> {
    return guarded(async () => {
      const row = await this.#own();
      return row && { name: row.name, address: row.address, signer: await signer(this.#store) };
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
    return guarded(async () => {
      const key = await signer(this.#store);
      return this.#store.write(
        ['sharing'],
        async (opened) => {
          const { row, owner } = await presentOwner(opened);
          // Of two tabs the second finds the address of the first, which may be out in the world already.
          const { identity, address } = owner ?? (await newOwner());
          return {
            before: row?.content,
            card: { name, address, signer: key },
            content: await sealRow(opened.key, ownRow, { name, address, identity }),
          };
        },
        async (writing, { before, card, content }) => {
          const sharing = writing.objectStore('sharing');
          if ((await sharing.get(ownRow))?.content.join() !== before?.join()) return again;
          await sharing.put({ id: ownRow, content });
          return card;
        },
      );
    });
  }

  /** In the order of their names. */
  colleagues(): Promise<Colleague[]> {
    return guarded(async () => {
      const { database, key } = await this.#store.open();
      const others: readonly string[] = [ownRow, ...keyRows];
      const rows = (await database.getAll('sharing')).filter(({ id }) => !others.includes(id));
      const read = rows.map(async (row) => {
        const card = await whole(openRow(key, row, CardRow), undefined);
        return card && { id: row.id, ...card };
      });
      const found = (await Promise.all(read)).filter((card) => card !== undefined);
      return found.sort((a, b) => a.name.localeCompare(b.name));
    });
  }

  /** Tells whose device signs with a public key. @throws Failure */
  keyOwners(): Promise<(key: string) => KeyOwner> {
    return guarded(async () => {
      const own = await presentSigner(await this.#store.open());
      const colleagues = await this.colleagues();
      return (key) => {
        if (key === own) return { by: 'here', name: '' };
        const name = colleagues.find((each) => each.signer === key)?.name;
        return { by: name === undefined ? 'unknown' : 'colleague', name: name ?? '' };
      };
    });
  }

  /**
   * Saves a colleague's card. An address that is known already gets the new name, and the new key where
   * the card has one.
   * @param typed the text of the card in place of the address
   * @throws Failure `address-wrong`
   */
  keep({ name, address: typed, signer: given }: Card): Promise<string> {
    return guarded(async () => {
      const { address, signer: read = given } = readCard(typed);
      await expectAddress(address);
      const known = (await this.colleagues()).find((each) => each.address === address);
      const id = known?.id ?? crypto.randomUUID();
      const key = read ?? known?.signer;
      const card = { name: name.trim(), address, ...(key !== undefined && { signer: key }) };
      await this.#store.write(
        ['sharing'],
        (opened) => sealRow(opened.key, id, card),
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
    return (await presentOwner(await this.#store.open())).owner;
  }
}

/** The row of this device, and what is in it where it is not damaged. */
async function presentOwner({ database, key }: Opened) {
  const row = await database.get('sharing', ownRow);
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

/** Checks an address when it is entered, not only when a case is ready to be sent. */
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
