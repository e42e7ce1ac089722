/** What training/ makes can be read: the packs in public/packs/, and the one in the folder that LENTIGO_PACK names. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseManifest } from './manifest';

const packs = 'public/packs';
const shipped = readdirSync(packs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const named = process.env['LENTIGO_PACK'];
const folders = [...shipped.map(({ name }) => join(packs, name)), ...(named ? [named] : [])];

const largest = 3_000_000;

it.each(folders)('%s is a pack', (folder) => {
  const bytes = readFileSync(join(folder, 'manifest.json'));
  const manifest = parseManifest(JSON.parse(bytes.toString()));
  let total = bytes.byteLength;
  for (const { path, bytes: length, sha256 } of manifest.files) {
    const data = readFileSync(join(folder, path));
    expect([path, data.byteLength]).toEqual([path, length]);
    expect(createHash('sha256').update(data).digest('hex')).toBe(sha256);
    total += data.byteLength;
  }
  expect(total).toBeLessThanOrEqual(largest);
});
