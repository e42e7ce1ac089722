/** Who signed an opinion, as far as this device can tell. */
import type { Opinion } from '../../../domain/visit/visit';
import type { RecordStore } from '../../rows/record-store';
import { isGenuine } from '../opinion-signature';
import { presentSigner } from '../signing-key';
import type { AddressBook } from './address-book';

/**
 * - `none`: it is not signed; an earlier version wrote it
 * - `broken`: the signature does not fit what stands there
 * - `here`: by this device
 * - `colleague`: by the device of somebody in the address book
 * - `unknown`: by a key that belongs to nobody in the address book
 */
export type OpinionSigner =
  | { readonly by: 'none' | 'broken' }
  | {
      readonly by: 'here' | 'unknown' | 'colleague';
      /** As the address book has it; of a colleague. */
      readonly name: string;
      /** Whether it was signed for another visit than those it stands beside. */
      readonly elsewhere: boolean;
    };

/**
 * @param visits the visit that the opinions stand beside, and those that were joined to it
 * @returns in the order of the opinions
 * @throws Failure
 */
export async function opinionSigners(
  store: RecordStore,
  book: AddressBook,
  visits: readonly string[],
  opinions: readonly Opinion[],
): Promise<OpinionSigner[]> {
  const own = await presentSigner(await store.open());
  const colleagues = await book.colleagues();
  return Promise.all(
    opinions.map(async (opinion) => {
      const { signature } = opinion;
      if (!signature) return { by: 'none' };
      if (!(await isGenuine(opinion))) return { by: 'broken' };
      const elsewhere = !visits.includes(signature.visit);
      if (signature.key === own) return { by: 'here', name: '', elsewhere };
      const name = colleagues.find(({ signer }) => signer === signature.key)?.name;
      return { by: name === undefined ? 'unknown' : 'colleague', name: name ?? '', elsewhere };
    }),
  );
}
