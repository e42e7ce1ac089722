/**
 * The recovery code: 25 signs of Crockford's Base32, 125 random bits, to be written down. So many that no slow
 * derivation is needed.
 * A new one counts once two of its groups were typed back; until then it lies sealed with the key that it opens, so
 * that it can be shown again, and the one before it still opens the record.
 */
import { keyFromSecret, importKey, unwrap, wrap } from '../crypto/keys';
import { seal, SealBroken, unseal, type SealContext } from '../crypto/vault';
import type { DataKeyRow, Sealed, SealedByRecovery } from '../store/database';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 25;

/** Five groups of five. */
export function newRecoveryCode(): string {
  const signs = Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte % 32]);
  return grouped(signs.join(''));
}

/** What a person typed as the code was shown; undefined when it cannot be one. Mistaken letters are forgiven. */
export function readRecoveryCode(typed: string): string | undefined {
  const signs = signsOf(typed);
  if (!/^[0-9A-HJKMNP-TV-Z]{25}$/.test(signs)) return undefined;
  return grouped(signs);
}

function signsOf(typed: string): string {
  return typed
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/[\s\-–—]/g, '');
}

function grouped(signs: string): string {
  return (signs.match(/.{5}/g) ?? []).join('-');
}

/** Two of the five groups, by their place from 1, in their order. */
export function groupsToAsk(): readonly [number, number] {
  const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
  const first = a % 5;
  const second = (first + 1 + (b % 4)) % 5;
  return first < second ? [first + 1, second + 1] : [second + 1, first + 1];
}

/** Whether somebody typed the group at `place` of `code`, counted from 1. Mistaken letters are forgiven. */
export function isGroup(code: string, place: number, typed: string): boolean {
  return signsOf(typed) === code.split('-')[place - 1];
}

/** The key that a code is. */
export function recoveryKey(code: string): Promise<CryptoKey> {
  return keyFromSecret(new TextEncoder().encode(code), 'recovery');
}

/** `raw`, the data key `id`, by a code that is not confirmed yet, and the code by `raw`. */
export async function sealedRecovery(code: string, id: string, raw: Sealed): Promise<SealedByRecovery> {
  const sealed = await wrap(await recoveryKey(code), id, 'recovery', raw);
  const shown = await seal(await importKey(raw), contextOf(id), new TextEncoder().encode(code));
  return { sealed, shown };
}

/** The code that is not confirmed yet; undefined where it is damaged. */
export async function unsealedCode(
  { shown }: SealedByRecovery,
  id: string,
  raw: Sealed,
): Promise<string | undefined> {
  try {
    const plain = await unseal(await importKey(raw), contextOf(id), shown);
    return readRecoveryCode(new TextDecoder().decode(plain));
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}

/** The data key by either code, and its seal by the code that was typed. */
export async function openByRecovery({ id, byRecovery, nextRecovery }: DataKeyRow, code: string) {
  const key = await recoveryKey(code);
  for (const sealed of [byRecovery, nextRecovery?.sealed]) {
    const raw = sealed && (await unwrap(key, id, 'recovery', sealed));
    if (raw) return { raw, byRecovery: sealed };
  }
  return undefined;
}

function contextOf(id: string): SealContext {
  return { version: 2, id, field: 'recovery code' };
}
