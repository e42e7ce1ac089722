/** What names a pack on this device: never two contents under one key. */
export function packKey({ id, version }: { readonly id: string; readonly version: string }): string {
  return `${id}@${version}`;
}
