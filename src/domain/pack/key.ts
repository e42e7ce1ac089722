/** What names a pack on this device: never two contents under one key. */
export function packKey({ id, version }: { readonly id: string; readonly version: string }): string {
  return `${id}@${version}`;
}

/** The id of the pack that a key names. */
export function idOf(key: string): string {
  return key.slice(0, key.indexOf('@'));
}

/** The version that a key names. */
export function versionOf(key: string): string {
  return key.slice(key.indexOf('@') + 1);
}
