/** A value as JSON, sealed. */
import * as v from 'valibot';
import type { Sealed } from '../store/database';
import { seal, SealBroken, unseal, type SealContext } from './vault';

export function sealJson(key: CryptoKey, context: SealContext, value: unknown): Promise<Sealed> {
  return seal(key, context, new TextEncoder().encode(JSON.stringify(value)));
}

/** What `sealJson` sealed; undefined for what another key sealed, is damaged, or is not of this form. */
export async function openJson<S extends v.GenericSchema>(
  key: CryptoKey,
  context: SealContext,
  sealed: Sealed,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  try {
    return v.parse(schema, JSON.parse(new TextDecoder().decode(await unseal(key, context, sealed))));
  } catch (error) {
    if (error instanceof SealBroken || error instanceof SyntaxError || v.isValiError(error)) return undefined;
    throw error;
  }
}
