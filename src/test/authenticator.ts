type Bytes = Uint8Array<ArrayBuffer>;

/**
 * What stands in the page for an authenticator that has one passkey, with the secret that it gives (PRF): globals to
 * put in the place of the browser's.
 */
export function authenticator(credential: Bytes, secret: Bytes) {
  class PublicKeyCredential {
    readonly rawId = credential.buffer;

    getClientExtensionResults() {
      return { prf: { enabled: true, results: { first: secret.slice().buffer } } };
    }
  }
  const answer = () => Promise.resolve(new PublicKeyCredential());
  return { PublicKeyCredential, navigator: { credentials: { create: answer, get: answer } } };
}
