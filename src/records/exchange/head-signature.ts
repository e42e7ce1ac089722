/** The signature of a head update: by the device that learnt it (docs/federation.md). */
import type { UpdateSignature } from '../../domain/learning/read-head-update';
import { Failure } from '../../failure';
import type { RecordStore } from '../rows/record-store';
import type { AddressBook, KeyOwner } from './case/address-book';
import { isSignedBy, signed } from './signing-key';

const purpose = 'head-update';

/** Signs the text of an update with the key of this device. @throws Failure */
export async function signUpdate(store: RecordStore, update: string) {
  const { key, signature } = await signed(store, purpose, update);
  return { publicKey: key, signature };
}

/**
 * Whose device has signed an update, as far as this device knows; undefined where none has.
 * @throws Failure `update-tampered` where the signature does not fit
 */
export async function updateSigner(
  book: AddressBook,
  signature: UpdateSignature | undefined,
): Promise<KeyOwner | undefined> {
  if (!signature) return undefined;
  if (!(await isSignedBy(signature, purpose, signature.text))) throw new Failure('update-tampered');
  return (await book.keyOwners())(signature.key);
}
