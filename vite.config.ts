import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { VitePWA } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { securityHeaders } from './scripts/hosting/headers.ts';
import { billOfMaterials, buildOptions, licencesOfPage } from './scripts/vite/build-options.ts';
import { contentSecurityPolicy } from './scripts/vite/content-security-policy.ts';
import { leanMessages } from './scripts/vite/lean-messages.ts';

export default defineConfig({
  ...buildOptions,
  plugins: [
    // Its file handles would keep a test run from ending; `npm run messages` compiles them for the tests.
    !process.env['VITEST'] &&
      paraglideVitePlugin({
        project: './src/i18n/project.inlang',
        outdir: './src/i18n/paraglide',
        strategy: ['baseLocale'],
        emitTsDeclarations: true,
      }),
    leanMessages,
    svelte(),
    contentSecurityPolicy(),
    licencesOfPage,
    billOfMaterials,
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'service-worker.ts',
      injectRegister: false,
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{html,js,css,wasm,svg,png,jpg,webp,webmanifest,txt}'],
        // Packs live in IndexedDB alone; screenshots are for the install dialog; few browsers use WebGPU, few
        // pictures are HEIC or TIFF; the dictionaries of passphrases come when somebody chooses one.
        globIgnores: [
          'model/**',
          'packs/**',
          'icons/screenshot-*',
          '**/webgpu-*.js',
          'assets/dictionaries-*',
          'assets/foreign*',
          'assets/libheif-*',
        ],
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
      },
    }),
  ],
  preview: { headers: securityHeaders },
  test: {
    include: ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    environment: 'node',
    setupFiles: 'src/test/seed.ts',
    // Ends what hangs; a property test on a busy machine takes its time.
    testTimeout: 60_000,
  },
});
