/** One picture of an evaluation, read as every other: the largest centred square, by the model in use. */
import type { ErrorCode, EvaluatedPrediction } from '../../domain/evaluation/outcome';
import type { Head } from '../../domain/learning/head';
import { likelihoodsOf, pictureDomain } from '../../domain/prediction';
import { asFailure } from '../../failure';
import type { InferenceClient } from '../../worker/client';

interface Options {
  /** Reads eight views. */
  readonly careful: boolean;
  /** What the pack does not read; undefined where it reads everything. */
  readonly refused: string | undefined;
  readonly head?: Head | undefined;
  readonly signal?: AbortSignal;
}

/** @throws Failure `aborted`; any other failure is the outcome of this picture */
export async function readPicture(
  client: InferenceClient,
  picture: Blob,
  { careful, refused, head, signal }: Options,
): Promise<EvaluatedPrediction | { readonly error: ErrorCode }> {
  const options = signal ? { signal } : {};
  try {
    const { prediction, crop } = await client.call('classify', { picture, careful, head }, options);
    return {
      predicted: prediction.top,
      probabilities: prediction.probabilities.map(({ probability }) => probability),
      likelihoods: likelihoodsOf(prediction).map(({ probability }) => probability),
      logits: prediction.logits,
      pLesion: 1 - (refused === undefined ? 0 : (prediction.gate[refused] ?? 0)),
      accepted: prediction.accepted,
      domain: pictureDomain(prediction.gate, refused),
      crop,
      quality: prediction.quality,
      set: prediction.set,
      flagged: prediction.operatingPoints.filter(({ flagged }) => flagged).map(({ id }) => id),
      ...(prediction.views && { views: { count: prediction.views.count, agree: prediction.views.agree } }),
      milliseconds: prediction.times.total,
      backend: prediction.backend,
    };
  } catch (thrown) {
    const failure = asFailure(thrown);
    if (failure.code === 'aborted') throw failure;
    return { error: failure.code };
  }
}
