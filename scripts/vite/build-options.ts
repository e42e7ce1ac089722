/** How the app is built, and with it every page of tests and tools that drives the app's own worker. */
import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';
import packageJson from '../../package.json' with { type: 'json' };
import { bundledPacks, packKeys } from './bundled-packs.ts';
import { licences, type Work } from './licences.ts';
import { sbom } from './sbom.ts';
import { tfjsThreads } from './tfjs-threads.ts';

/** Works of others inside the packages that the app contains. */
const works: readonly Work[] = [
  {
    work: 'XNNPACK, in the WebAssembly files of @tensorflow/tfjs-backend-wasm',
    holder: '(c) Facebook, Inc. and its affiliates, 2019 Google LLC',
    identifier: 'BSD-3-Clause',
  },
  {
    work: 'EFF Long Wordlist for passphrases, in @zxcvbn-ts/language-common',
    holder: '(c) Electronic Frontier Foundation, by Joseph Bonneau',
    identifier: 'CC-BY-3.0-US',
  },
];

const { page, worker } = licences({
  fileName: 'licences.txt',
  // The service worker is bundled after everything else.
  packages: ['workbox-core', 'workbox-precaching', 'workbox-routing', 'workbox-strategies'],
  works,
});

/** Writes the licences of all that the app contains. */
export const licencesOfPage = page;

/** Writes the bill of materials. */
export const billOfMaterials = sbom({
  fileName: 'sbom.cdx.json',
  app: packageJson,
  works,
  publicFolder: fileURLToPath(new URL('../../public/', import.meta.url)),
});

export const buildOptions = {
  // Relative addresses: the app runs under any path of any static host.
  base: './',
  define: {
    __APP_VERSION__: JSON.stringify(packageJson.version),
    __BUNDLED_PACKS__: JSON.stringify(bundledPacks()),
    __PACK_KEYS__: JSON.stringify(packKeys(process.env['LENTIGO_PACK_KEYS'])),
  },
  build: {
    target: 'es2023',
    // The .wasm files must stay files that the service worker can hold.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: {
    format: 'es',
    plugins: () => [worker(), tfjsThreads()],
    // Vite keeps hundreds of licence comments in worker chunks otherwise.
    rolldownOptions: { output: { comments: { legal: false } } },
  },
} satisfies UserConfig;
