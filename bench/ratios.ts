/** The table at the top of docs/benchmarks.md: every ratio of one run, beside that of the version before. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { table } from './markdown.ts';
import type { Ratio } from './section.ts';

export const ratioTitle = 'Every ratio, and what it was before';

/** `before.json` has the ratios of the version before, by name. Update it with each release. */
export async function ratioTable(ratios: readonly Ratio[]): Promise<string> {
  const file = await readFile(join(import.meta.dirname, 'before.json'), 'utf8');
  const before = JSON.parse(file) as Readonly<Record<string, number>>;
  const rows = ratios.map(({ what, ratio, budget, reason = '' }) => [
    what,
    before[what]?.toFixed(2) ?? '',
    ratio.toFixed(2),
    budget?.toFixed(2) ?? '',
    budget === undefined ? '' : ratio <= budget ? 'holds' : `over: ${reason}`,
  ]);
  return table(['what', 'before', 'now', 'budget', ''], rows);
}
