/** Who signed an opinion, as far as this device can tell. */
import type { Opinion } from '../../../domain/visit/visit';
import { isGenuine } from '../opinion-signature';
import type { AddressBook, KeyOwner } from './address-book';

/**
 * - `none`: it is not signed; an earlier version wrote it
 * - `broken`: the signature does not fit what stands there
 * - else whose device signed it
 */
export type OpinionSigner =
  | { readonly by: 'none' | 'broken' }
  | (KeyOwner & {
      /** Whether it was signed for another visit than those it stands beside. */
      readonly elsewhere: boolean;
    });

/**
 * @param visits the visit that the opinions stand beside, and those that were joined to it
 * @returns in the order of the opinions
 * @throws Failure
 */
export async function opinionSigners(
  book: AddressBook,
  visits: readonly string[],
  opinions: readonly Opinion[],
): Promise<OpinionSigner[]> {
  const ownerOf = await book.keyOwners();
  return Promise.all(
    opinions.map(async (opinion) => {
      const { signature } = opinion;
      if (!signature) return { by: 'none' };
      if (!(await isGenuine(opinion))) return { by: 'broken' };
      return { ...ownerOf(signature.key), elsewhere: !visits.includes(signature.visit) };
    }),
  );
}
