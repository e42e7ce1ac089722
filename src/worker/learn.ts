/** Learning, in the inference worker. Loaded when it is first asked for: it brings an optimiser of tfjs. */
import { Failure } from '../failure';
import { decodeBank } from '../model/learning/bank';
import type { Cases } from '../model/learning/cases';
import { learn } from '../model/learning/learn';
import { startWasm } from '../model/runtime/backend';
import type { ActiveModel } from '../model/runtime/active-model';
import type { CallContext } from './call-context';
import type { Argument, LearningExample, Result } from './protocol';

/**
 * Learns a head for the running pack; null where that has no bank.
 * @throws Failure `pack-offline` or `pack-damaged` when the bank cannot be had, `aborted`
 */
export async function learnFrom(
  session: ActiveModel,
  { corrections }: Argument<'learn'>,
  { signal, onProgress }: CallContext<'learn'>,
): Promise<Result<'learn'>> {
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
    // Fast enough, and the same on every device; the next picture takes its own backend again.
    await startWasm();
    const { answers, ...learnt } = await learn(
      { manifest, corrections: cases, bank, shipped },
      { signal, onShare: (share) => onProgress({ kind: 'learning', share }) },
    );
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
