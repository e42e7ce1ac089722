/** Learning and merging, in the inference worker. Loaded when it is first asked for: it brings an optimiser of tfjs. */
import { Failure } from '../failure';
import { fits } from '../model/learning/adapt';
import { decodeBank } from '../model/learning/bank';
import type { Cases } from '../model/learning/cases';
import type { JudgedTask, Learnt } from '../model/learning/judge';
import { learn } from '../model/learning/learn';
import { mergeAndJudge } from '../model/learning/merge';
import { noisyHead } from '../model/learning/noisy';
import { startWasm } from '../model/runtime/backend';
import type { ActiveModel } from '../model/runtime/active-model';
import type { CallContext } from './call-context';
import type { Argument, LearningExample, LearntHead, Result } from './protocol';

/**
 * Learns a head for the running pack; null where that has no bank.
 * @throws Failure `pack-offline` or `pack-damaged` when the bank cannot be had, `aborted`
 */
export function learnFrom(
  session: ActiveModel,
  { corrections }: Argument<'learn'>,
  context: CallContext<'learn'>,
): Promise<Result<'learn'>> {
  const { signal, onProgress } = context;
  return withBank(session, corrections, context, async (task) => {
    // Fast enough, and the same on every device; the next picture takes its own backend again.
    await startWasm();
    return learn(task, { signal, onShare: (share) => onProgress({ kind: 'learning', share }) });
  });
}

/** Merges updates of the running pack's head. @throws Failure as `learnFrom` */
export async function mergeFrom(
  session: ActiveModel,
  { corrections, updates }: Argument<'mergeHeads'>,
  context: CallContext<'mergeHeads'>,
): Promise<Result<'mergeHeads'>> {
  return withBank(session, corrections, context, (task) => {
    const { kernel, bias } = task.shipped;
    if (updates.some((each) => each.kernel.length !== kernel.length || each.bias.length !== bias.length)) {
      throw new Failure('update-none', 'a layer of another size');
    }
    return Promise.resolve(mergeAndJudge(task, updates));
  });
}

/** Adds noise to a head of the running pack. @throws Failure as `learnFrom` */
export async function noisyFrom(
  session: ActiveModel,
  { head, lesions, epsilon }: Argument<'noisyHead'>,
  context: CallContext<'noisyHead'>,
): Promise<Result<'noisyHead'>> {
  return withBank(session, [], context, (task) => {
    if (!fits(head, task.manifest)) throw new Failure('internal', 'a head of another pack');
    return Promise.resolve(noisyHead(task, head, epsilon, lesions));
  });
}

/** Does `work` with what the guard needs, and names the conditions in what comes of it; null where there is no bank. */
async function withBank<Found extends Learnt>(
  session: ActiveModel,
  corrections: readonly LearningExample[],
  { signal }: Pick<CallContext<'learn'>, 'signal'>,
  work: (task: JudgedTask) => Promise<Found>,
): Promise<(Omit<Found, 'answers'> & LearntHead) | null> {
  const found = await session.bank({ signal });
  if (!found) return null;
  const bank = decodeBank(found.bytes, found.listed);
  return session.exclusive(async () => {
    const manifest = session.current?.manifest;
    if (!manifest) throw new Failure('internal', 'learn before prepare');
    const codes = manifest.classes.map(({ code }) => code);
    const cases = casesOf(corrections, codes, bank.dimension);
    const { width, height, channels } = manifest.input;
    const shipped = await session.layer(new Float32Array(width * height * channels));
    const { answers, ...learnt } = await work({ manifest, corrections: cases, bank, shipped });
    const code = (index: number): string => codes[index] ?? '';
    return {
      ...learnt,
      answers: answers.map(({ before, after }) => ({ before: code(before), after: code(after) })),
    };
  });
}

/** @throws Failure `internal` for what the pack did not read, or has no condition for */
function casesOf(
  corrections: readonly LearningExample[],
  codes: readonly string[],
  dimension: number,
): Cases {
  const embeddings = new Float32Array(corrections.length * dimension);
  corrections.forEach(({ embedding, code }, row) => {
    if (embedding.length !== dimension || !codes.includes(code)) {
      throw new Failure('internal', `${embedding.length} values of ${code}`);
    }
    embeddings.set(embedding, row * dimension);
  });
  return {
    embeddings,
    dimension,
    truth: Uint8Array.from(corrections, ({ code }) => codes.indexOf(code)),
    weights: Float32Array.from(corrections, ({ weight }) => weight),
    domains: corrections.map(({ domain }) => domain),
    lesions: corrections.map(({ lesion }) => lesion),
  };
}
