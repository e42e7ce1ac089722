/** The table in `.dependency-cruiser.js` holds: no import against it, no cycle, and no folder or file that grew too large. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayImport } from '../.dependency-cruiser.js';

const root = join(import.meta.dirname, '..');
const sources = ['src', 'scripts', 'bench', 'e2e']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      posix.join(folder, file.replaceAll('\\', '/')),
    ),
  )
  .filter((file) => /\.(ts|svelte)$/.test(file) && !file.startsWith('src/i18n/paraglide/'));

/** The rules that the imports of `folders` under `cwd` break. */
function broken(folders: readonly string[], cwd = root): string[] {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.js');
  const given = [program, '--config', config, '--output-type', 'json', ...folders];
  const { stdout } = spawnSync(process.execPath, given, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

describe('the table of imports', () => {
  it('is kept', () => {
    expect(broken(['src', 'scripts', 'bench', 'e2e', 'vite.config.ts', 'playwright.config.ts'])).toEqual([]);
  }, 60_000);

  /** Components are compiled before they are looked at, and lose the imports of types by that. */
  it('is kept by the types that components import', () => {
    const wrong = sources
      .filter((file) => file.startsWith('src/') && file.split('/').length > 2 && file.endsWith('.svelte'))
      .flatMap((file) => {
        const own = file.split('/')[1] as keyof typeof mayImport;
        const text = readFileSync(join(root, file), 'utf8');
        return [...text.matchAll(/import type [^;]*? from '(\.[^']+)'/g)]
          .map(([, path = '']) => posix.join(posix.dirname(file), path))
          .filter((target) => target.split('/').length > 2)
          .filter((target) => ![own, ...mayImport[own]].some((name) => target.startsWith(`src/${name}/`)))
          .map((target) => `${file} → ${target}`);
      });
    expect(wrong).toEqual([]);
  });

  describe('finds', () => {
    let folder = '';
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'layers-'));
      const files = {
        'tsconfig.json': '{}',
        'src/domain/one.ts': "import './two';\nimport '../ui/button';\n",
        'src/domain/two.ts': "import './one';\n",
        'src/ui/button.ts': 'export {};\n',
      };
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('an import against the table, and a cycle', () => {
      const rules = broken(['src'], folder).map((line) => line.split(':')[0]);
      expect(new Set(rules)).toEqual(new Set(['domain-imports', 'no-cycles']));
    }, 60_000);
  });
});

describe('the tree', () => {
  it('has no file over 300 lines without a reason at its top', () => {
    const long = sources.filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return text.split('\n').length > 301 && !text.slice(0, 1000).includes('Longer than 300 lines');
    });
    expect(long).toEqual([]);
  });

  it('has no folder with more than 15 source files', () => {
    const counts = new Map<string, number>();
    for (const file of sources.filter((each) => each.startsWith('src/') && !each.includes('.test.')))
      counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 15)).toEqual([]);
  });
});
