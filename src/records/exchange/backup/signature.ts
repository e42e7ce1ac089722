/**
 * The signature of a backup: HMAC-SHA-256 over a chain of digests of its entries, in their order, with the key of the
 * record (record-key.ts). Whoever has the backup open has the key too: it proves that the file was made from this
 * record, on whichever device, not who made it. That is what the key of the device is for (signing-key.ts), which signs
 * the end of the chain as well.
 */
import { toBase64 } from '../../../base64';
import type { Bytes } from './zip';

const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

export const keyLength = 32;

/** Takes in the entries one by one; holds 32 bytes. */
export class EntryChain {
  #link: Bytes = new Uint8Array(32);

  async add(name: string, data: Bytes): Promise<void> {
    const parts = [this.#link, await digest(new TextEncoder().encode(name)), await digest(data)];
    const joined = new Uint8Array(96);
    parts.forEach((part, at) => joined.set(part, 32 * at));
    this.#link = await digest(joined);
  }

  /** The end of the chain, in base64. */
  get end(): string {
    return toBase64(this.#link);
  }

  async sign(key: Bytes): Promise<Bytes> {
    return new Uint8Array(await crypto.subtle.sign(hmac, await imported(key), this.#link));
  }

  async isSigned(key: Bytes, signature: Bytes): Promise<boolean> {
    return crypto.subtle.verify(hmac, await imported(key), signature, this.#link);
  }
}

async function digest(data: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', data));
}

function imported(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', key, hmac, false, ['sign', 'verify']);
}
