/** One input at one target, and what came of it. */
import type { Bytes } from './mutate.ts';
import { Random } from './random.ts';
import { isRefusal, targets, type Target } from './targets.ts';

export type Outcome = 'taken' | 'refused';

/** Milliseconds of computing that an input may take: of the processor's, which others may be using. */
const longest = 2000;

/** Megabytes that an input may take besides four times its own. */
const spare = 64;

export function targetOf(name: string): Target {
  const found = targets.find((target) => target.name === name);
  if (!found)
    throw new Error(`no target "${name}"; there are ${targets.map((each) => each.name).join(', ')}`);
  return found;
}

/** The input that a seed stands for. */
export function inputOf({ make }: Target, seed: number): Bytes | Promise<Bytes> {
  return make(new Random(seed));
}

/** @throws whatever must not be thrown, and where the input took more time or memory than it may */
export async function runCase({ run }: Target, input: Bytes): Promise<Outcome> {
  const before = process.memoryUsage().arrayBuffers;
  const start = process.cpuUsage();
  let outcome: Outcome = 'taken';
  try {
    await run(input);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    outcome = 'refused';
  }
  const took = process.cpuUsage(start).user / 1000;
  if (took > longest) throw new Error(`${Math.round(took)} ms for ${input.length} bytes`);
  const more = process.memoryUsage().arrayBuffers - before;
  if (more > 4 * input.length + (spare << 20)) throw new Error(`${more >> 20} MB for ${input.length} bytes`);
  return outcome;
}
