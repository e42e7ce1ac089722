/** Builds a page of ours that drives the app's own worker, exactly as the app is built. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { buildOptions } from './vite/build-options.ts';
import { tfjsThreads } from './vite/tfjs-threads.ts';

/**
 * @param folder holds the page's index.html
 * @returns a new folder with the built page, which the caller removes
 */
export async function buildPage(folder: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'lentigo-page-'));
  try {
    await build({
      configFile: false,
      ...buildOptions,
      root: folder,
      plugins: [tfjsThreads()],
      logLevel: 'error',
      build: { ...buildOptions.build, outDir, emptyOutDir: true },
    });
  } catch (thrown) {
    await rm(outDir, { recursive: true, force: true });
    throw thrown;
  }
  return outDir;
}
