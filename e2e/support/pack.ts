/** The app's own pack with other files in it. */
import { createHash } from 'node:crypto';
import { readBuilt } from './host.ts';

interface ManifestFile {
  path: string;
  bytes: number;
  sha256: string;
}

/** The app's own manifest, where wanted with another version and with other files. */
export async function manifestOf(
  version?: string,
  files: Readonly<Record<string, Buffer>> = {},
): Promise<string> {
  const manifest = JSON.parse(String(await readBuilt('model/manifest.json'))) as {
    version: string;
    files: ManifestFile[];
  };
  manifest.version = version ?? manifest.version;
  for (const file of manifest.files) {
    const changed = files[file.path];
    if (!changed) continue;
    file.bytes = changed.byteLength;
    file.sha256 = createHash('sha256').update(changed).digest('hex');
  }
  return JSON.stringify(manifest);
}
