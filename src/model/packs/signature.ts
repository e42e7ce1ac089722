/** Who made a pack: an Ed25519 signature of its manifest, which has the hash of every other file. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { hexToBytes } from '@noble/curves/utils.js';
import * as v from 'valibot';
import { Failure } from '../../failure';
import { parseJson, signatureFile } from './pack';

/** Prefix of the signed message, so that a signature of something else is never valid for a pack. */
const purpose = new TextEncoder().encode('lentigo-pack-v1\n');

const SignatureFile = v.object({
  algorithm: v.literal('ed25519'),
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});

/** What is signed. */
export function signedMessage(manifest: ArrayBuffer): Uint8Array {
  const message = new Uint8Array(purpose.length + manifest.byteLength);
  message.set(purpose);
  message.set(new Uint8Array(manifest), purpose.length);
  return message;
}

/**
 * Checks the signature of a manifest.
 * @param signature the bytes of `signature.json`
 * @returns the public key that it was made with, in hexadecimal
 * @throws Failure `pack-tampered` when it does not fit the manifest, or is not in its format
 */
export function signerOf(manifest: ArrayBuffer, signature: ArrayBuffer): string {
  try {
    const found = v.parse(SignatureFile, parseJson(signature, signatureFile));
    // Strict: only the canonical form of a signature is accepted, and no weak keys.
    const [signed, key] = [hexToBytes(found.signature), hexToBytes(found.publicKey)];
    const fits = ed25519.verify(signed, signedMessage(manifest), key, { zip215: false });
    if (!fits) throw new Failure('pack-tampered', `${signatureFile}: does not fit`);
    return found.publicKey;
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.code === 'pack-tampered') throw thrown;
    throw new Failure('pack-tampered', `${signatureFile}: ${String(thrown)}`, { cause: thrown });
  }
}
