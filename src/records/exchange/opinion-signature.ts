/**
 * The signature of an opinion: by the device that it was written on, over the visit that it is about, its id, author,
 * time, condition and words. It stays with the opinion wherever that goes.
 */
import type { Opinion } from '../../domain/visit/visit';
import type { RecordStore } from '../rows/record-store';
import { isSignedBy, signed } from './signing-key';

const purpose = 'opinion';

/** The opinion on `visit`, signed with the key of this device. @throws Failure */
export async function signedOpinion(store: RecordStore, visit: string, opinion: Opinion): Promise<Opinion> {
  const { writtenAt } = opinion;
  const made = await signed(store, purpose, messageOf(opinion, visit, writtenAt));
  return { ...opinion, signature: { visit, writtenAt, ...made } };
}

/**
 * Whether what is signed is what stands there. Without a signature nothing is. The time may be earlier than the signed
 * one: that was in the future when the opinion came.
 */
export async function isGenuine(opinion: Opinion): Promise<boolean> {
  const { signature, writtenAt } = opinion;
  if (!signature || writtenAt > signature.writtenAt) return false;
  return isSignedBy(signature, purpose, messageOf(opinion, signature.visit, signature.writtenAt));
}

function messageOf({ id, author, code, note }: Opinion, visit: string, writtenAt: number): string {
  return JSON.stringify([visit, id, author, writtenAt, code, note]);
}
