/** Makes sure that there is a Chromium for the tests and tools: `npm run browser`. */
import { spawnSync } from 'node:child_process';
import { findChromium, findFirefox } from './browser.ts';

function run(command: string, args: readonly string[], seconds: number): boolean {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit', timeout: seconds * 1000 }).status === 0;
}

function installChromium(): void {
  if (run('npx', ['playwright', 'install', 'chromium'], 300) && findChromium()) return;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    run('apt-get', ['update', '-qq'], 300);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], 900);
  }
}

if (!findChromium()) installChromium();
const path = findChromium();
if (path) {
  console.log(`Chromium: ${path}`);
  console.log(`Firefox:  ${findFirefox() ?? 'not installed; its tests are skipped'}`);
} else {
  console.error(
    'No Chromium could be installed. Install it with the package manager of this system, or set ' +
      'LENTIGO_CHROMIUM to the path of one.',
  );
  process.exitCode = 1;
}
