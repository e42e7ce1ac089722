/**
 * Runs case after case until it is ended: a process of its own, because what hangs or eats the memory cannot be stopped
 * from within. Before each case it says which one it is, so that the parent process knows which one hung.
 */
import { inputOf, runCase } from './run-case.ts';
import { targets } from './targets.ts';

export type FuzzMessage =
  | { readonly kind: 'begin'; readonly target: string; readonly seed: number; readonly input: Uint8Array }
  | { readonly kind: 'end'; readonly refused: boolean }
  | { readonly kind: 'finding'; readonly what: string };

const [first = '0', ...only] = process.argv.slice(2);
const chosen = targets.filter(({ name }) => only.length === 0 || only.includes(name));
const tell = (message: FuzzMessage): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));

// Making a valid file takes its time once; that is no case.
for (const target of chosen) await inputOf(target, 0);

for (let seed = Number(first); ; seed++) {
  const target = chosen[seed % chosen.length];
  if (!target) throw new Error('no such target');
  const input = await inputOf(target, seed);
  await tell({ kind: 'begin', target: target.name, seed, input });
  try {
    await tell({ kind: 'end', refused: (await runCase(target, input)) === 'refused' });
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await tell({ kind: 'finding', what });
  }
}
