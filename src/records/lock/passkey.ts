/**
 * Passkeys that give a secret (WebAuthn with the PRF extension): the authenticator computes it from a salt after
 * it has made sure that the person is there. Nothing is sent anywhere; there is no server that could check.
 */
import { toBase64 } from '../../base64';
import { Failure } from '../../failure';
import type { SealedByPasskey } from '../store/database';

interface Secret {
  readonly credential: Uint8Array<ArrayBuffer>;
  readonly secret: Uint8Array<ArrayBuffer>;
}

/** Whether this browser and device could make one; it turns out on trying whether the secret comes with it. */
export async function passkeysPossible(): Promise<boolean> {
  // Absent where the page is not served securely, whatever the types say.
  const api = (globalThis as { PublicKeyCredential?: typeof PublicKeyCredential }).PublicKeyCredential;
  if (!api) return false;
  try {
    return await api.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
}

/** Makes a passkey of this device. @throws Failure `passkey-failed` when it is refused or gives no secret */
export async function makePasskey(
  existing: readonly SealedByPasskey[],
): Promise<Secret & { readonly salt: Uint8Array<ArrayBuffer> }> {
  const salt = crypto.getRandomValues(new Uint8Array(32));
  const made = await asked(
    navigator.credentials.create({
      publicKey: {
        rp: { name: 'Lentigo' },
        user: {
          id: crypto.getRandomValues(new Uint8Array(16)),
          name: 'Lentigo',
          displayName: 'Lentigo',
        },
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        // ES256 and RS256; the signature is never looked at.
        pubKeyCredParams: [
          { type: 'public-key', alg: -7 },
          { type: 'public-key', alg: -257 },
        ],
        excludeCredentials: existing.map(({ credential }) => ({ type: 'public-key', id: credential })),
        authenticatorSelection: {
          authenticatorAttachment: 'platform',
          residentKey: 'preferred',
          userVerification: 'required',
        },
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const credential = new Uint8Array(made.rawId);
  if (!made.getClientExtensionResults().prf?.enabled) throw new Failure('passkey-failed', 'no PRF');
  // Many authenticators give the secret only when the passkey is used.
  const secret = secretOf(made) ?? (await askPasskey([{ credential, salt }])).secret;
  return { credential, secret, salt };
}

/** Asks for one of these passkeys. @throws Failure `passkey-failed` */
export async function askPasskey(
  known: readonly Pick<SealedByPasskey, 'credential' | 'salt'>[],
): Promise<Secret> {
  const salts = known.map(({ credential, salt }) => [base64url(credential), { first: salt }] as const);
  const used = await asked(
    navigator.credentials.get({
      publicKey: {
        challenge: crypto.getRandomValues(new Uint8Array(32)),
        allowCredentials: known.map(({ credential }) => ({ type: 'public-key', id: credential })),
        userVerification: 'required',
        extensions: { prf: { evalByCredential: Object.fromEntries(salts) } },
      },
    }),
  );
  const secret = secretOf(used);
  if (!secret) throw new Failure('passkey-failed', 'no secret');
  return { credential: new Uint8Array(used.rawId), secret };
}

async function asked(answer: Promise<Credential | null>): Promise<PublicKeyCredential> {
  try {
    const credential = await answer;
    if (credential instanceof PublicKeyCredential) return credential;
  } catch (error) {
    throw new Failure('passkey-failed', String(error), { cause: error });
  }
  throw new Failure('passkey-failed', 'no credential');
}

function secretOf(credential: PublicKeyCredential): Uint8Array<ArrayBuffer> | undefined {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  if (!first) return undefined;
  return first instanceof ArrayBuffer
    ? new Uint8Array(first)
    : Uint8Array.from(new Uint8Array(first.buffer, first.byteOffset, first.byteLength));
}

function base64url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
