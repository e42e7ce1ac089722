import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import packageJson from './package.json' with { type: 'json' };
import { securityHeaders } from './scripts/hosting/headers.ts';
import { contentSecurityPolicy } from './scripts/vite/content-security-policy.ts';
import { licences } from './scripts/vite/licences.ts';

const { page: licencesOfPage, worker: licencesOfWorker } = licences({
  fileName: 'licences.txt',
  // The service worker is bundled after everything else.
  packages: ['workbox-core', 'workbox-precaching', 'workbox-routing'],
  works: [
    {
      work: 'XNNPACK, in the WebAssembly files of @tensorflow/tfjs-backend-wasm',
      holder: '(c) Facebook, Inc. and its affiliates, 2019 Google LLC',
      identifier: 'BSD-3-Clause',
    },
  ],
});

export default defineConfig({
  // Relative addresses: the app runs under any path of any static host.
  base: './',
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  plugins: [
    // Its file handles would keep a test run from ending; `npm run messages` compiles them for the tests.
    !process.env['VITEST'] &&
      paraglideVitePlugin({
        project: './src/i18n/project.inlang',
        outdir: './src/i18n/paraglide',
        strategy: ['baseLocale'],
        emitTsDeclarations: true,
      }),
    svelte(),
    contentSecurityPolicy(),
    licencesOfPage,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,wasm,svg,png,jpg,webp,webmanifest,txt}'],
        // The pack lives in IndexedDB alone; screenshots are for the install dialog.
        globIgnores: ['model/**', 'icons/screenshot-*'],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  build: {
    target: 'es2023',
    // The .wasm files must stay files that the service worker can hold.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  preview: { headers: securityHeaders },
  worker: {
    format: 'es',
    plugins: () => [licencesOfWorker()],
    // Vite keeps hundreds of licence comments in worker chunks otherwise.
    rolldownOptions: { output: { comments: { legal: false } } },
  },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    environment: 'node',
  },
});
