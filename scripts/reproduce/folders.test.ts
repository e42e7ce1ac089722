import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { differences, digests } from './folders.ts';

it('tells which files of two folders differ', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lentigo-folders-'));
  try {
    const [first, second] = [join(root, 'first'), join(root, 'second')];
    await mkdir(join(first, 'assets'), { recursive: true });
    await writeFile(join(first, 'index.html'), '<html>');
    await writeFile(join(first, 'assets/app.js'), 'let a');
    await cp(first, second, { recursive: true });
    expect(differences(await digests(first), await digests(second))).toEqual([]);
    await writeFile(join(second, 'assets/app.js'), 'let b');
    await writeFile(join(second, 'new.txt'), '');
    await writeFile(join(first, 'old.txt'), '');
    expect(differences(await digests(first), await digests(second))).toEqual([
      'assets/app.js: other bytes',
      'new.txt: only in the second',
      'old.txt: only in the first',
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});
