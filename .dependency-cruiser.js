/**
 * The one table of what may import what. `npm run lint` and `scripts/dependencies.test.ts` read it.
 * A folder may import itself, `failure.ts`, `base64.ts`, `trusted-scripts.ts` and what its row names; a feature's row counts for each feature.
 */
export const mayImport = {
  domain: [],
  image: ['domain'],
  model: ['domain', 'image'],
  worker: ['domain', 'image', 'model'],
  records: ['domain', 'worker'],
  i18n: ['domain'],
  ui: ['i18n'],
  app: ['domain', 'records', 'worker', 'i18n', 'ui'],
  features: ['domain', 'records', 'worker', 'i18n', 'ui', 'app'],
};

/** Libraries that only some folders may use: what computes knows neither the page nor the disk. */
const libraries = {
  '^svelte($|/)|bits-ui|lucide': ['ui', 'app', 'features'],
  '^idb$': ['records', 'model/packs'],
  '@tensorflow/': ['model', 'worker'],
  'age-encryption|hash-wasm': ['records', 'worker'],
};

/** Tests may reach for what they test with. */
const tests = '[.]test[.]ts$|/testdata/';

const folder = (names) => `^src/(${names.join('|')})/`;
/** What the page may take from the worker: how it is called, not what it does. */
const workersClients = '^src/worker/(age-)?(client|protocol)[.]ts$|^src/worker/passphrase[.]ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(mayImport).map(([name, others]) => ({
      name: `${name}-imports`,
      severity: 'error',
      from: { path: folder([name]), pathNot: tests },
      to: {
        path: '^src/',
        pathNot: [folder([name, ...others]), '^src/(failure|base64|trusted-scripts)[.]ts$'],
      },
    })),
    {
      name: 'only-the-client-talks-to-the-worker',
      severity: 'error',
      from: { path: folder(['records', 'app', 'features']), pathNot: tests },
      to: { path: folder(['worker']), pathNot: workersClients },
    },
    {
      name: 'pages-reach-the-record-through-its-repositories',
      severity: 'error',
      from: { path: folder(['app', 'features']), pathNot: tests },
      to: { path: '^src/records/(store|crypto|rows)/' },
    },
    {
      name: 'a-feature-shows-a-visit-and-no-other-feature',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/(visit|$1)/' },
    },
    {
      name: 'the-app-does-not-lean-on-its-tools',
      severity: 'error',
      from: { path: '^src/', pathNot: [tests, '^src/test/'] },
      to: { path: '^(scripts|bench|e2e)/|^src/test/' },
    },
    ...Object.entries(libraries).map(([library, folders]) => ({
      name: `library ${library}`,
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: [folder(folders), '^src/test/', tests] },
      to: { path: `node_modules/(${library.replaceAll('^', '')})` },
    })),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'src/i18n/paraglide' },
    enhancedResolveOptions: { extensions: ['.ts', '.svelte.ts', '.svelte', '.js', '.json'] },
  },
};
