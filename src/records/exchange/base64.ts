type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes that are turned into characters at a time, a multiple of three. */
const piece = 3 << 13;

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += piece) {
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + piece))));
  }
  return parts.join('');
}

/** @throws DOMException for what is no base64 */
export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
