import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** SHA-256 of every file in a folder and below, by path with forward slashes, in order. */
export async function digests(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const file = join(parentPath, name);
        const digest = createHash('sha256').update(await readFile(file));
        return [relative(folder, file).split(sep).join('/'), digest.digest('hex')] as const;
      }),
  );
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is in one folder alone, or has other bytes in the second; empty where both are the same. */
export function differences(
  first: ReadonlyMap<string, string>,
  second: ReadonlyMap<string, string>,
): string[] {
  const paths = [...new Set([...first.keys(), ...second.keys()])].sort();
  return paths
    .filter((path) => first.get(path) !== second.get(path))
    .map((path) => {
      if (!second.has(path)) return `${path}: only in the first`;
      return first.has(path) ? `${path}: other bytes` : `${path}: only in the second`;
    });
}
