/**
 * End-to-end tests of the built app. `LENTIGO_DIST` names another build than `dist`,
 * `LENTIGO_PORT` another port.
 */
import { defineConfig, devices, type PlaywrightTestConfig } from 'playwright/test';
import { chromiumOptions, findFirefox } from './scripts/browser.ts';

const dist = process.env['LENTIGO_DIST'] ?? 'dist';
const port = Number(process.env['LENTIGO_PORT'] ?? 4174);
const url = `http://localhost:${port}/`;
const firefox = findFirefox();

/** What depends on the size of the screen, or on the browser. */
const mainPath = 'main.spec.ts';

/** The main path in other engines, which starts its browsers by itself. */
const engines = 'engines/*.spec.ts';

const config: PlaywrightTestConfig = {
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  // Two browsers at once on two cores make the timings of the tests a matter of luck.
  workers: 1,
  // They end what hangs. On a busy machine everything may take several times as long as it should.
  timeout: 300_000,
  expect: { timeout: 45_000 },
  forbidOnly: Boolean(process.env['CI']),
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ?? 'test-results/e2e.json' }],
  ],
  use: {
    baseURL: url,
    // A trace of every test costs a fifth of the time; `npx playwright test --trace on` makes one of what failed.
    screenshot: 'only-on-failure',
    launchOptions: chromiumOptions(),
    locale: 'en-GB',
    // Keeping the app's files takes as long as the rest of a start: only where the app is to be there offline.
    serviceWorkers: 'block',
  },
  webServer: {
    command: `npx vite preview --port ${port} --strictPort --outDir ${dist}`,
    url,
    reuseExistingServer: !process.env['CI'],
  },
  projects: [
    {
      name: 'tablet',
      testIgnore: ['evaluate.spec.ts', engines],
      use: { viewport: { width: 820, height: 1180 }, hasTouch: true, isMobile: true },
    },
    {
      name: 'phone',
      testMatch: mainPath,
      use: { ...devices['Pixel 7'] },
    },
    {
      name: 'desktop',
      testMatch: mainPath,
      use: { ...devices['Desktop Chrome'] },
    },
    { name: 'evaluate', testMatch: 'evaluate.spec.ts' },
    { name: 'engines', testMatch: engines, use: { serviceWorkers: 'allow' } },
  ],
};

if (firefox) {
  config.projects?.push({
    name: 'firefox',
    // Its main path is among the engines.
    testMatch: 'pictures.spec.ts',
    use: {
      ...devices['Desktop Firefox'],
      channel: 'moz-firefox',
      launchOptions: { executablePath: firefox },
    },
  });
}

export default defineConfig(config);
