/**
 * The recovery code: 25 signs of Crockford's Base32, 125 random bits, to be written down. So many that no slow
 * derivation is needed.
 */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 25;

/** Five groups of five. */
export function newRecoveryCode(): string {
  const signs = Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => alphabet[byte % 32]);
  return grouped(signs.join(''));
}

/** What a person typed as the code was shown; undefined when it cannot be one. Mistaken letters are forgiven. */
export function readRecoveryCode(typed: string): string | undefined {
  const signs = typed
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1')
    .replaceAll(/[\s\-–—]/g, '');
  if (!/^[0-9A-HJKMNP-TV-Z]{25}$/.test(signs)) return undefined;
  return grouped(signs);
}

function grouped(signs: string): string {
  return (signs.match(/.{5}/g) ?? []).join('-');
}
