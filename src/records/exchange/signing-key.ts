/**
 * The Ed25519 key (RFC 8032) of this device: what it signs, others can tell from what somebody else wrote. The secret
 * half never leaves the record, and a backup does not hold it; the public half stands on the device's card.
 */
import * as v from 'valibot';
import type { Opened, RecordStore } from '../rows/record-store';
import { KeptKey } from './kept-key';
import { signingKeyRow } from './sharing-rows';

const Secret = v.object({ secret: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) });

/** Loaded when something is signed or checked. */
async function curve() {
  const [{ ed25519 }, { bytesToHex, hexToBytes }] = await Promise.all([
    import('@noble/curves/ed25519.js'),
    import('@noble/curves/utils.js'),
  ]);
  return { ed25519, bytesToHex, hexToBytes };
}

const kept = new KeptKey(signingKeyRow, Secret, async () => {
  const { ed25519, bytesToHex } = await curve();
  return { secret: bytesToHex(ed25519.utils.randomSecretKey()) };
});

/** The public key of this device; undefined where nothing was signed or shown yet. */
export async function presentSigner(opened: Opened): Promise<string | undefined> {
  const found = await kept.present(opened);
  return found && publicKeyOf(found.secret);
}

/** The public key of this device, made at first use. @throws Failure */
export async function signer(store: RecordStore): Promise<string> {
  return publicKeyOf((await kept.needed(store)).secret);
}

/**
 * Signs with the key of this device.
 * @param purpose prefix of the message, so that a signature for one purpose is not valid for another
 * @throws Failure
 */
export async function signed(store: RecordStore, purpose: string, message: string) {
  const { secret } = await kept.needed(store);
  const { ed25519, bytesToHex, hexToBytes } = await curve();
  const signature = ed25519.sign(bytesOf(purpose, message), hexToBytes(secret));
  return { key: await publicKeyOf(secret), signature: bytesToHex(signature) };
}

/** Whether `signature` of `message` was made with the secret half of `key`; both in hexadecimal. */
export async function isSignedBy(
  { key, signature }: { readonly key: string; readonly signature: string },
  purpose: string,
  message: string,
): Promise<boolean> {
  const { ed25519, hexToBytes } = await curve();
  try {
    // Strict: only the canonical form of a signature is accepted, and no weak keys.
    return ed25519.verify(hexToBytes(signature), bytesOf(purpose, message), hexToBytes(key), {
      zip215: false,
    });
  } catch {
    return false;
  }
}

async function publicKeyOf(secret: string): Promise<string> {
  const { ed25519, bytesToHex, hexToBytes } = await curve();
  return bytesToHex(ed25519.getPublicKey(hexToBytes(secret)));
}

function bytesOf(purpose: string, message: string): Uint8Array {
  return new TextEncoder().encode(`lentigo-${purpose}-v1\n${message}`);
}
