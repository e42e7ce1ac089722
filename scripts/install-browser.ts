/**
 * Makes sure that there are browsers for the tests and tools: `npm run browser`. Chromium must be there; Firefox and
 * WebKitGTK are installed where this user may install packages of Debian, else their tests are skipped.
 */
import { spawnSync } from 'node:child_process';
import { findChromium, findFirefox, findWebKit } from './browser.ts';

function run(command: string, args: readonly string[], seconds: number): boolean {
  console.log(`$ ${command} ${args.join(' ')}`);
  return spawnSync(command, args, { stdio: 'inherit', timeout: seconds * 1000 }).status === 0;
}

const mayInstall = process.platform === 'linux' && process.getuid?.() === 0;
let updated = false;

function installPackages(...names: string[]): void {
  if (!mayInstall) return;
  updated ||= run('apt-get', ['update', '-qq'], 300);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], 900);
}

if (!findChromium() && !(run('npx', ['playwright', 'install', 'chromium'], 300) && findChromium()))
  installPackages('chromium');
if (!findFirefox()) installPackages('firefox-esr');
if (!findWebKit()) installPackages('webkit2gtk-driver', 'xvfb');

const absent = (packages: string): string => `not installed (${packages}); its tests are skipped`;
const path = findChromium();
if (path) {
  console.log(`Chromium:  ${path}`);
  console.log(`Firefox:   ${findFirefox() ?? absent('firefox-esr')}`);
  console.log(`WebKitGTK: ${findWebKit()?.browser ?? absent('webkit2gtk-driver, xvfb')}`);
} else {
  console.error(
    'No Chromium could be installed. Install it with the package manager of this system, or set ' +
      'LENTIGO_CHROMIUM to the path of one.',
  );
  process.exitCode = 1;
}
