import { asFailure, type Failure } from '../../failure';
import type { Metrics } from '../../domain/pack/metrics';
import type { Readiness } from '../readiness.svelte';
import type { InferenceClient } from '../../worker/client';

/** The figures of the running pack, from where the pack itself is kept. */
export class Evidence {
  #metrics = $state.raw<Metrics | null>();
  #failure = $state.raw<Failure>();

  /** Undefined until they are there, null when the pack brought none. */
  get metrics(): Metrics | null | undefined {
    return this.#metrics;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  async load(model: Pick<Readiness, 'prepare'>, client: Pick<InferenceClient, 'call'>): Promise<void> {
    this.#failure = undefined;
    try {
      await model.prepare();
      this.#metrics = await client.call('metrics', {});
    } catch (thrown) {
      this.#failure = asFailure(thrown);
    }
  }
}
