/** `npm run reproduce`: builds the app once more, in another time zone, and says where its bytes differ from `dist/`. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { differences, digests } from './reproduce/folders.ts';

const root = join(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'lentigo-again-'));
try {
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const given = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'];
  const env = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'C' };
  const { status } = spawnSync(process.execPath, given, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error('the build failed');
  const first = await digests(join(root, 'dist'));
  const found = differences(first, await digests(folder));
  for (const line of found) console.log(line);
  console.log(
    found.length > 0 ? 'FAILED the second build differs' : `ok     ${first.size} files, same bytes`,
  );
  if (found.length > 0 || first.size === 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
