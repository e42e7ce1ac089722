/** The double-check: a picture whose plain result is shown is checked in eight views, and the settled result replaces it. */
import type { Head } from '../../../domain/learning/head';
import type { Prediction } from '../../../domain/prediction';
import type { InferenceClient } from '../../../worker/client';
import type { QueuedPicture } from './queued-picture.svelte';
import type { VisitSaver } from './visit-saver.svelte';

interface SettleParts {
  readonly inference: Pick<InferenceClient, 'call'>;
  /** The head that was learnt here, where one is in use. */
  readonly head: () => Promise<Head | undefined>;
  readonly saver: Pick<VisitSaver, 'settle'>;
}

/**
 * Other calls go first; if it fails, the result of one view stays. Never rejects.
 * @param signal when nobody wants it any more
 */
export async function settle(
  item: QueuedPicture,
  { inference, head, saver }: SettleParts,
  signal: AbortSignal,
): Promise<void> {
  const { prediction: plain, frame, picture, reads } = item;
  if (item.discarded || !plain || !frame || plain.views) return;
  const unwanted = (): boolean => item.reads !== reads || item.discarded;
  item.settling = true;
  try {
    const { prediction } = await inference.call(
      'classify',
      { picture, frame, careful: true, head: await head() },
      { signal, background: true },
    );
    if (unwanted()) return;
    item.prediction = settled(plain, prediction);
    await saver.settle(item);
  } catch {
    // Stopped, or the worker was lost: the result of one view stays.
  } finally {
    if (item.reads === reads) item.settling = false;
  }
}

/** The settled result, with what advice went by before. */
function settled(plain: Prediction, prediction: Prediction): Prediction {
  const { accepted, top, set, operatingPoints, quality, likelihoods } = plain;
  return {
    ...prediction,
    plain: { accepted, top, set, operatingPoints, quality, ...(likelihoods && { likelihoods }) },
  };
}
