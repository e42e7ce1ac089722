/** What the app trusts without asking: the packs that it comes with, and the keys of those who make others. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../public/', import.meta.url));

/** SHA-256 of the manifest of every pack in `public/`, in hexadecimal. */
export function bundledPacks(): string[] {
  return ['model/manifest.json', ...packManifests()].map((path) =>
    createHash('sha256')
      .update(readFileSync(folder + path))
      .digest('hex'),
  );
}

/** Paths in `public/`. Every folder of `packs/` is a pack. */
function packManifests(): string[] {
  const packs = `${folder}packs`;
  if (!existsSync(packs)) return [];
  return readdirSync(packs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `packs/${name}/manifest.json`);
}

/**
 * @param keys public keys, 64 hexadecimal digits each, with commas between them
 * @throws Error for what is no key, so that no build trusts less than it was told
 */
export function packKeys(keys = ''): string[] {
  const found = keys
    .split(',')
    .map((key) => key.trim().toLowerCase())
    .filter(Boolean);
  for (const key of found) {
    if (!/^[0-9a-f]{64}$/.test(key)) throw new Error(`LENTIGO_PACK_KEYS: "${key}" is not a public key`);
  }
  return found;
}
