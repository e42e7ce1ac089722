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
  {
    work: 'libheif and libde265, in the WebAssembly file of libheif-js',
    holder: '(c) Dirk Farin, struktur AG',
    identifier: 'LGPL-3.0-or-later',
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

/** Modules that only the decoders of HEIC and TIFF have. */
const foreignModules = /\/image\/foreign\/(heic|tiff)\.ts$|\/node_modules\/(geotiff|libheif-js)\//;

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
    // Few files: on a slow line each costs a round trip, whatever its size.
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${name.startsWith('shared~') ? 'shared' : '[name]'}-[hash].js`,
        codeSplitting: {
          groups: [
            { name: 'page', tags: ['$initial'], priority: 1 },
            { name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 48_000 },
          ],
        },
      },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [worker(), tfjsThreads()],
    // Vite keeps hundreds of licence comments in worker chunks otherwise.
    rolldownOptions: {
      output: {
        comments: { legal: false },
        // What opens HEIC and TIFF is fetched when such a picture comes, and has a name to tell it by.
        chunkFileNames: ({ moduleIds }) =>
          `assets/${moduleIds.some((id) => foreignModules.test(id)) ? 'foreign-' : ''}[name]-[hash].js`,
        // One chunk: after a first TIFF, all TIFF compressions work offline.
        codeSplitting: {
          groups: [
            { name: 'tiff', test: /\/node_modules\/(geotiff|pako)\// },
            { name: 'engine', test: /\/tfjs-(core|converter|backend-cpu)\/|\/src\/worker\/engine\.ts$/ },
          ],
        },
      },
    },
  },
} satisfies UserConfig;
