/**
 * `npm run fuzz -- --minutes N [--seed N] [--target NAME]`: changed files at every parser, until the time is up. The
 * input of each finding is kept in test-results/fuzz; `--case TARGET --input FILE` runs it again. Once the fault is put
 * right, the file belongs in scripts/fuzz/corpus, which the unit tests read.
 */
import { fork } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FuzzMessage } from './fuzz/child.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    target: { type: 'string', multiple: true, default: [] },
    case: { type: 'string' },
    input: { type: 'string', default: '' },
  },
});

/** Milliseconds after which a case that says nothing is taken to hang for good. */
const longest = 30_000;

const folder = join(import.meta.dirname, '../test-results/fuzz');
const found = new Set<string>();
const counts: Record<string, { taken: number; refused: number }> = {};

type Begin = Extract<FuzzMessage, { kind: 'begin' }>;

async function note({ target, seed, input }: Begin, what: string): Promise<void> {
  // One finding for each place: the others are the same.
  const place = `${target}: ${what.split('\n', 3).join(' ')}`.replaceAll(/\d+/g, '#');
  if (found.has(place)) return;
  found.add(place);
  const file = join(folder, `${target.replaceAll(' ', '-')}-${seed}.bin`);
  await mkdir(folder, { recursive: true });
  await writeFile(file, input);
  console.log(`\nFINDING at "${target}", seed ${seed}: ${file}\n${what}`);
}

/** @returns the next seed: after a hang or a crash, that behind it */
function stretch(first: number, until: number): Promise<number> {
  let last: Begin | undefined;
  /** When the case in hand began, in milliseconds; undefined between cases. */
  let began: number | undefined;
  const child = fork(join(import.meta.dirname, 'fuzz/child.ts'), [String(first), ...values.target], {
    execArgv: ['--import', 'tsx', '--max-old-space-size=1024'],
    serialization: 'advanced',
  });
  child.on('message', (message: FuzzMessage) => {
    began = message.kind === 'begin' ? Date.now() : undefined;
    if (message.kind === 'begin') last = message;
    else if (message.kind === 'finding') void (last && note(last, message.what));
    else if (last) {
      const count = (counts[last.target] ??= { taken: 0, refused: 0 });
      count[message.refused ? 'refused' : 'taken'] += 1;
    }
  });
  return new Promise((resolve) => {
    let ending = false;
    const watch = setInterval(() => {
      const hangs = began !== undefined && Date.now() - began > longest;
      if (hangs && last) void note(last, `longer than ${longest} ms`);
      ending ||= hangs || Date.now() > until;
      if (ending) child.kill('SIGKILL');
    }, 100);
    child.once('exit', (code) => {
      clearInterval(watch);
      if (!ending && last) void note(last, `the process ended with ${code}`);
      resolve((last?.seed ?? first) + 1);
    });
  });
}

if (values.case !== undefined) {
  const { runCase, targetOf } = await import('./fuzz/run-case.ts');
  console.log(await runCase(targetOf(values.case), Uint8Array.from(await readFile(values.input))));
} else {
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  const until = Date.now() + Number(values.minutes) * 60_000;
  let next = seed;
  while (Date.now() < until) next = await stretch(next, until);
  console.log(`\nseeds ${seed} to ${next - 1}`);
  for (const [target, { taken, refused }] of Object.entries(counts))
    console.log(`${target.padEnd(14)} ${taken} taken, ${refused} refused`);
  console.log(`\n${found.size} findings`);
  process.exitCode = found.size > 0 ? 1 : 0;
}
