/** How long learning takes, by the number of corrections. */
import { decodeBank } from '../../src/model/learning/bank';
import { seeded } from '../../src/domain/seeded';
import type { LearningExample } from '../../src/worker/protocol';
import { packUrl, startOurs } from './workers';

/** Milliseconds that the worker takes to learn from `count` corrections, a picture of a lesion each. */
export async function timeLearning(count: number): Promise<number> {
  const { client, end } = startOurs();
  try {
    const { manifest } = await client.call('prepare', { backend: 'wasm' });
    const corrections = await drawn(count);
    // Fetches the bank; what follows is learning alone.
    await client.call('learn', { corrections: corrections.slice(0, 10) });
    const start = performance.now();
    const learnt = await client.call('learn', { corrections });
    if (!learnt) throw new Error(`${manifest.id} has no bank`);
    return performance.now() - start;
  } finally {
    end();
  }

  /** Entries of the bank, as another camera might change them. */
  async function drawn(wanted: number): Promise<LearningExample[]> {
    const { manifest } = await client.call('prepare', { backend: 'wasm' });
    if (!manifest.bank) throw new Error(`${manifest.id} has no bank`);
    const file = await (await fetch(new URL(manifest.bank.path, packUrl))).arrayBuffer();
    const { embeddings, conditions, dimension } = decodeBank(file, manifest.bank);
    const random = seeded(1);
    return Array.from({ length: wanted }, (_, at) => {
      const entry = Math.floor(random() * conditions.length);
      return {
        embedding: embeddings
          .slice(entry * dimension, (entry + 1) * dimension)
          .map((value) => value * (0.8 + 0.4 * random())),
        code: manifest.classes[conditions[entry] ?? 0]?.code ?? '',
        weight: 1,
        domain: 'dermatoscope',
        lesion: String(at),
      };
    });
  }
}
