import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Imports that a part may not make: the worker client and the repositories are the only doors. */
function door(patterns, message) {
  return {
    'no-restricted-imports': 'off',
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: patterns.map((regex) => ({ regex, message, allowTypeImports: true })) },
    ],
  };
}

/** What computes knows nothing of what is shown and kept, nor of what carries it. */
const outside = ['svelte', '/pages/', '/components/', '/records/', '/worker/', '/i18n/'];
const libraries = ['^idb$', '^@tensorflow/'];

export default ts.config(
  {
    ignores: [
      'dist',
      'node_modules',
      'public',
      'src/i18n/paraglide',
      'training',
      'test-results',
      'playwright-report',
      'coverage',
      'evaluation',
      'bench/results',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  prettier,
  ...svelte.configs.prettier,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './tsconfig.worker.json', './tsconfig.node.json'],
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser, __APP_VERSION__: 'readonly' },
      parserOptions: { parser: ts.parser, svelteConfig },
    },
  },
  {
    files: ['src/pages/**', 'src/components/**', 'src/App.svelte', 'src/Root.svelte', 'src/main.ts'],
    ignores: ['**/*.test.ts'],
    rules: door(
      [
        '^@tensorflow/',
        '^idb$',
        '/image/(?!(frame|mask|brush)$)',
        // The model's page has a folder of the same name, and words for figures that others use too.
        '/model/(?!(figures|words|model-figures\\.svelte)$)',
        '/worker/(?!client|protocol)',
        '/records/(database|vault)',
      ],
      'Pages reach the picture and the model through worker/client and the record through its repository.',
    ),
  },
  {
    files: ['src/image/**', 'src/model/**'],
    ignores: ['**/*.test.ts'],
    rules: door([...outside, '/triage/'], 'image/ and model/ know neither the page nor the record.'),
  },
  {
    files: ['src/image/**'],
    ignores: ['**/*.test.ts'],
    rules: door([...outside, ...libraries, '/model/'], 'image/ is pixels in, numbers out.'),
  },
  {
    files: ['src/triage/**'],
    ignores: ['**/*.test.ts'],
    rules: door(
      [...outside, ...libraries, '/model/', '/image/'],
      'triage/ is a reading and answers in, a step out.',
    ),
  },
  {
    files: ['scripts/**', 'bench/**', 'e2e/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
);
