import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

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
      globals: {
        ...globals.browser,
        __APP_VERSION__: 'readonly',
        __BUNDLED_PACKS__: 'readonly',
        __PACK_KEYS__: 'readonly',
      },
      parserOptions: { parser: ts.parser, svelteConfig },
    },
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'SvelteAwaitBlock > ImportExpression',
          message: 'Use ui/Lazy.svelte: no boundary catches what is thrown in the branch of an await.',
        },
        {
          selector: 'SvelteAttribute[key.name="size"] > SvelteMustacheTag > Literal[raw=/^[0-9]/]',
          message: 'Say the size of an icon in rem, so that it grows with the text.',
        },
      ],
    },
  },
  {
    files: ['scripts/**', 'bench/**', 'e2e/**'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.js', '**/*.mjs'], ...ts.configs.disableTypeChecked },
  {
    // AssemblyScript, whose compiler checks the types: == is its ===, and what is not written down is not there.
    files: ['src/image/kernels/*.ts'],
    ignores: ['**/*.test.ts'],
    ...ts.configs.disableTypeChecked,
    rules: {
      ...ts.configs.disableTypeChecked.rules,
      'no-undef': 'off',
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
);
