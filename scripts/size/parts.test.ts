import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstLoad, measureParts, partOf } from './parts.ts';

const html = '<script src="./assets/index-1a.js"></script><link href="./assets/index-1a.css">';

it('sorts the files of a build', () => {
  const expected = {
    'assets/index-1a.js': 'page',
    'assets/index-1a.css': 'styles',
    'assets/HistoryPage-2b.js': 'later pages',
    'assets/HistoryPage-2b.css': 'later pages',
    'assets/inference.worker-3c.js': 'worker',
    'assets/engine-5f.js': 'worker',
    'assets/tfjs-backend-wasm-simd-4d.wasm': 'wasm',
    'assets/tfjs-backend-wasm-threaded-simd-5e.wasm': 'threads',
    'assets/threaded-6f.js': 'threads',
    'assets/pthread.worker-7a.js': 'threads',
    'assets/webgpu-8b.js': undefined,
    'assets/foreign.worker-9c.js': undefined,
    'assets/foreign-tiff-9d.js': undefined,
    'assets/libheif-9e.wasm': undefined,
    'service-worker.js': 'service worker',
    'model/weights.bin': 'pack',
    'icons/icon-192.png': 'rest',
    'index.html': 'rest',
    'icons/screenshot-wide.png': undefined,
    'sbom.cdx.json': undefined,
    'model/bank.bin': undefined,
    'packs/index.json': undefined,
    'packs/malaria-cells/weights.bin': undefined,
  };
  for (const [path, part] of Object.entries(expected)) expect(partOf(path, html), path).toBe(part);
});

it('adds up compressed bytes', async () => {
  const dist = await mkdtemp(join(tmpdir(), 'lentigo-size-'));
  try {
    await mkdir(join(dist, 'assets'));
    await mkdir(join(dist, 'icons'));
    await writeFile(join(dist, 'index.html'), html);
    await writeFile(join(dist, 'assets/index-1a.js'), 'export const a = 1;\n'.repeat(5000));
    await writeFile(join(dist, 'icons/screenshot-wide.png'), 'x'.repeat(5000));
    const parts = await measureParts(dist);
    expect(parts.page).toBeGreaterThan(10);
    expect(parts.page).toBeLessThan(1000);
    expect(firstLoad(parts)).toBe(parts.page + parts.rest);
  } finally {
    await rm(dist, { recursive: true });
  }
});
