/** What fuzzing found once, and a short stretch of it at every target. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { inputOf, runCase, targetOf } from './run-case';
import { targets } from './targets';

vi.setConfig({ testTimeout: 60_000 });

const folder = join(import.meta.dirname, 'corpus');
const corpus = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.bin'));

describe('files that were no refusal once', () => {
  it('are refused or taken', async () => {
    for (const name of corpus) {
      // Named `<target>.<what was wrong>.bin`.
      const target = targetOf((name.split('.')[0] ?? '').replaceAll('-', ' '));
      const input = Uint8Array.from(readFileSync(join(folder, name)));
      expect(['taken', 'refused'], name).toContain(await runCase(target, input));
    }
  });
});

describe('every parser takes or refuses changed files', () => {
  it.each(targets)('$name', async (target) => {
    for (let seed = 0; seed < 40; seed++)
      expect(['taken', 'refused'], `seed ${seed}`).toContain(
        await runCase(target, await inputOf(target, seed)),
      );
  });
});
