/** The page that the evaluation drives: the app's own client and worker, without the app around them. */
import { asFailure } from '../../../src/failure';
import { centredCrop, type Crop } from '../../../src/domain/crop';
import type { Manifest } from '../../../src/domain/pack/manifest';
import { likelihoodsOf, pictureDomain, type Backend } from '../../../src/domain/prediction';
import { InferenceClient } from '../../../src/worker/client';
import type { Looked } from '../masks';
import type { ErrorCode, Prediction } from '../outcome';

export interface EvaluationPage {
  /** Loads the pack. Rejects with words when it cannot be used on this backend. */
  prepare(backend: Backend): Promise<Manifest>;
  /** Reads the picture of this number from the server, with `careful` in eight views. */
  classify(number: number, careful: boolean): Promise<Prediction | { readonly error: ErrorCode }>;
  /** The outline of the same picture, and where the network looked for a class. */
  look(number: number, code: string): Promise<Looked | { readonly error: ErrorCode }>;
  /** Tensors that are alive in the worker. */
  tensors(): Promise<number>;
}

/** What the pack does not read; undefined where it reads everything. */
let refused: string | undefined;

const client = new InferenceClient({ packUrl: './model/', keepPack: false });

/** The crop that the worker reads where it is given none. */
async function cropOf(picture: Blob): Promise<Crop> {
  const { width, height, preview } = await client.call('open', { picture });
  preview.close();
  return centredCrop({ width, height });
}

const page: EvaluationPage = {
  async prepare(backend) {
    const ready = await client.call('prepare', { backend });
    if (ready.backend !== backend) {
      const trial = ready.trials.find((each) => each.backend === backend);
      throw new Error(`${backend} cannot be used: ${trial?.reason ?? 'it did not start'}`);
    }
    refused = ready.manifest.refused;
    return ready.manifest;
  },

  async classify(number, careful) {
    try {
      const response = await fetch(`./picture/${number}`);
      if (!response.ok) return { error: response.status === 404 ? 'file-missing' : 'file-unreadable' };
      const picture = await response.blob();
      // Asked for first, so that its time is true.
      const { prediction: reading } = await client.call('classify', { picture, careful });
      return {
        predicted: reading.top,
        probabilities: reading.probabilities.map(({ probability }) => probability),
        likelihoods: likelihoodsOf(reading).map(({ probability }) => probability),
        logits: reading.logits,
        pLesion: 1 - (refused === undefined ? 0 : (reading.gate[refused] ?? 0)),
        accepted: reading.accepted,
        domain: pictureDomain(reading.gate, refused),
        crop: await cropOf(picture),
        quality: reading.quality,
        set: reading.set,
        flagged: reading.operatingPoints.filter(({ flagged }) => flagged).map(({ id }) => id),
        ...(reading.views && { views: { count: reading.views.count, agree: reading.views.agree } }),
        milliseconds: reading.times.total,
        backend: reading.backend,
      };
    } catch (thrown) {
      return { error: asFailure(thrown).code };
    }
  },

  async look(number, code) {
    try {
      const picture = await (await fetch(`./picture/${number}`)).blob();
      const { pixels } = await client.call('pixels', { picture });
      const { mask } = await client.call('outline', { pixels, request: { method: 'automatic' } });
      const { values } = await client.call('attention', { pixels, code });
      return { mask, attention: Array.from(values) };
    } catch (thrown) {
      return { error: asFailure(thrown).code };
    }
  },

  async tensors() {
    return (await client.call('memory', {})).tensors;
  },
};

Object.assign(window, { evaluation: page });
