/** The parts of the built app and what each costs over the wire. */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

export const partNames = [
  'page',
  'styles',
  'later pages',
  'worker',
  'wasm',
  'threads',
  'service worker',
  'pack',
  'rest',
] as const;
export type PartName = (typeof partNames)[number];

/** Bytes after brotli at its default, highest quality. */
export type Parts = Readonly<Record<PartName, number>>;

/** Which part a file of the built app belongs to; undefined when a first visit does not fetch it. */
export function partOf(path: string, html: string): PartName | undefined {
  // The install dialog alone fetches these.
  if (path.startsWith('icons/screenshot-')) return undefined;
  // For those who check or pass on the app.
  if (path === 'sbom.cdx.json') return undefined;
  // Fetched where the browser has WebGPU.
  if (/\/webgpu-[^/]*\.js$/.test(path)) return undefined;
  // Fetched when somebody chooses a HEIC or TIFF.
  if (/\/(foreign[.-]|libheif-)[^/]*\.(js|wasm)$/.test(path)) return undefined;
  // Fetched once the app is ready, for learning.
  if (path === 'model/bank.bin') return undefined;
  // Fetched when somebody installs one of them.
  if (path.startsWith('packs/')) return undefined;
  // Fetched when somebody chooses a passphrase.
  if (/\/dictionaries-[^/]*\.js$/.test(path)) return undefined;
  if (path.startsWith('model/')) return 'pack';
  if (/\/(pthread\.worker|threaded)-[^/]*\.js$|-threaded-simd-[^/]*\.wasm$/.test(path)) return 'threads';
  if (path.endsWith('.wasm')) return 'wasm';
  if (/\/(inference\.worker|engine)-[^/]*\.js$/.test(path)) return 'worker';
  if (path.startsWith('service-worker') && path.endsWith('.js')) return 'service worker';
  // What index.html names is fetched before the page shows.
  if (/\.m?js$/.test(path)) return html.includes(path) ? 'page' : 'later pages';
  if (path.endsWith('.css')) return html.includes(path) ? 'styles' : 'later pages';
  return 'rest';
}

/**
 * Measures a built app: all that a first visit fetches, with what the service worker puts aside for
 * later. @param dist folder of the build
 */
export async function measureParts(dist: string): Promise<Parts> {
  const compress = promisify(brotliCompress);
  const html = await readFile(join(dist, 'index.html'), 'utf8');
  const parts = Object.fromEntries(partNames.map((name) => [name, 0])) as Record<PartName, number>;
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = join(entry.parentPath, entry.name);
    const part = partOf(relative(dist, file).split(sep).join('/'), html);
    if (part) parts[part] += (await compress(await readFile(file))).byteLength;
  }
  return parts;
}

export function firstLoad(parts: Parts): number {
  return partNames.reduce((sum, name) => sum + parts[name], 0);
}
