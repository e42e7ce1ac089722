/** The table of faults names its tests; here they are looked up, so that none of them is gone or called otherwise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/reliability.md'), 'utf8');
const named = [...page.matchAll(/`([^`]+\.(?:test|spec)\.ts)`: ([^|;]+?)(?= *[|;])/g)].map(
  ([, file = '', title = '']) => ({ file, title }),
);
const rows = page.split('\n').filter((line) => /^\| (?!fault|-)/.test(line));

describe('the table of faults', () => {
  it('has a test for every fault', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) expect(row).toMatch(/\.(test|spec)\.ts`: /);
  });

  it.each(named)('$file: $title', ({ file, title }) => {
    // As a title or the fixed part of one; formatted over several lines or not.
    const code = readFileSync(join(root, file), 'utf8').replaceAll(/\s+/g, ' ');
    const parts = title.split('…').map((part) => part.trim());
    for (const part of parts.filter((each) => each !== '')) expect(code).toContain(part);
  });
});
