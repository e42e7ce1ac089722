/** The page that the evaluation drives: the app's own client and worker, without the app around them. */
import { asFailure } from '../../../src/failure';
import { readPicture } from '../../../src/app/evaluation/read-picture';
import type { Manifest } from '../../../src/domain/pack/manifest';
import type { ErrorCode, EvaluatedPrediction } from '../../../src/domain/evaluation/outcome';
import type { Backend } from '../../../src/domain/prediction';
import { InferenceClient } from '../../../src/worker/client';
import type { Looked } from '../masks';

export interface EvaluationPage {
  /** Loads the pack. Rejects with words when it cannot be used on this backend. */
  prepare(backend: Backend): Promise<Manifest>;
  /** Reads the picture of this number from the server, with `careful` in eight views. */
  classify(number: number, careful: boolean): Promise<EvaluatedPrediction | { readonly error: ErrorCode }>;
  /** The outline of the same picture, and where the network looked for a class. */
  look(number: number, code: string): Promise<Looked | { readonly error: ErrorCode }>;
  /** Tensors that are alive in the worker. */
  tensors(): Promise<number>;
}

/** What the pack does not read; undefined where it reads everything. */
let refused: string | undefined;

const client = new InferenceClient({ packUrl: './model/', keepPack: false });

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
      return await readPicture(client, await response.blob(), { careful, refused });
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
