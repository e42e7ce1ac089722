import { asFailure, type Failure } from '../failure';
import { offers, type PackFeature } from '../domain/pack/words';
import type { Backend, BackendPreference } from '../domain/prediction';
import type { CallOptions, InferenceClient } from '../worker/client';
import { inference } from './inference';
import type { BackendTrial, PackUpdate, ReadyState, UpdateStep } from '../worker/protocol';
import { settings } from './settings.svelte';

/** Bytes of the pack that have arrived, and that are expected. */
export interface Download {
  readonly loaded: number;
  readonly total: number;
}

export type ReadinessState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'preparing'; readonly download: Download | undefined }
  | { readonly kind: 'ready'; readonly ready: ReadyState }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Whether the model is there and computes, and on what. */
export class Readiness {
  readonly #inference: Pick<InferenceClient, 'call' | 'onRestart'>;
  readonly #preference: () => BackendPreference;
  #state = $state.raw<ReadinessState>({ kind: 'idle' });
  #restarts = $state(0);
  #restartsSeen = $state(0);
  #seenPass = $state.raw<number>();
  #newer = $state.raw<PackUpdate>();
  #preparation: Promise<ReadyState> | undefined;
  #prepared: BackendPreference | undefined;

  constructor(client: Pick<InferenceClient, 'call' | 'onRestart'>, preference: () => BackendPreference) {
    this.#inference = client;
    this.#preference = preference;
    client.onRestart(() => {
      this.#restarts += 1;
    });
  }

  get state(): ReadinessState {
    return this.#state;
  }

  get ready(): ReadyState | undefined {
    return this.#state.kind === 'ready' ? this.#state.ready : undefined;
  }

  /** What computes now: after a restart the processor, whatever was chosen before. */
  get backend(): Backend | undefined {
    return this.#restarts > 0 ? 'wasm' : this.ready?.backend;
  }

  /**
   * Milliseconds of one pass of the network on this device, by the self-test of what computes now, else by the last
   * picture; undefined while neither is known.
   */
  get passTime(): number | undefined {
    return this.trialInUse?.milliseconds ?? this.#seenPass;
  }

  /** The self-test of what computes now: after a restart of the processor on one thread, where that was tried. */
  get trialInUse(): BackendTrial | undefined {
    const ofBackend = this.ready?.trials.filter(({ backend }) => backend === this.backend);
    return this.#restarts > 0 ? ofBackend?.find(({ threads }) => threads === undefined) : ofBackend?.[0];
  }

  /** Records how long a pass took, for devices on which the self-test was not timed. */
  sawPass(milliseconds: number): void {
    this.#seenPass = milliseconds;
  }

  /** A newer version that was found, by the daily look or on request. */
  get newer(): PackUpdate | undefined {
    return this.#newer;
  }

  /** True after the worker was lost and replaced, until the person has seen it. */
  get restartUnseen(): boolean {
    return this.#restarts > this.#restartsSeen;
  }

  seeRestart(): void {
    this.#restartsSeen = this.#restarts;
  }

  /**
   * Resolves when the model can be used: at once when it is ready, else after loading it.
   * A failed preparation is tried again.
   * @throws Failure
   */
  prepare(): Promise<ReadyState> {
    const backend = this.#preference();
    if (this.#preparation && this.#prepared === backend) return this.#preparation;
    this.#prepared = backend;
    // Only the latest preparation sets the state; an earlier one may still end after it.
    const tell = (state: ReadinessState): void => {
      if (this.#preparation === preparation) this.#state = state;
    };
    const preparation: Promise<ReadyState> = this.#inference
      .call(
        'prepare',
        { backend },
        { onProgress: ({ loaded, total }) => tell({ kind: 'preparing', download: { loaded, total } }) },
      )
      .then(
        (ready) => {
          tell({ kind: 'ready', ready });
          return ready;
        },
        (thrown: unknown) => {
          const failure = asFailure(thrown);
          tell({ kind: 'failed', failure });
          if (this.#preparation === preparation) this.#preparation = undefined;
          throw failure;
        },
      );
    this.#preparation = preparation;
    this.#state = { kind: 'preparing', download: undefined };
    return preparation;
  }

  /**
   * Switches to another pack on this device.
   * @param key of the pack, as the worker lists it
   * @throws Failure; the pack that is in use then stays
   */
  async use(key: string): Promise<void> {
    const backend = this.#preference();
    const ready = await this.#inference.call('usePack', { key, backend });
    this.#prepared = backend;
    this.#preparation = Promise.resolve(ready);
    this.#newer = undefined;
    this.#state = { kind: 'ready', ready };
  }

  /** Looks for a newer pack, or keeps it for the next start; with `apply` switches to it and prepares again. */
  async update(step: UpdateStep, options: CallOptions<'updatePack'> = {}): Promise<PackUpdate> {
    const update = await this.#inference.call('updatePack', { step }, options);
    this.#newer = update.state === 'available' || update.state === 'staged' ? update : undefined;
    if (update.state === 'applied') {
      this.#preparation = undefined;
      await this.prepare();
    }
    return update;
  }
}

/** Whether the pack in use wants something offered; everything is until it is known. */
export function isOffered(feature: PackFeature): boolean {
  return offers(readiness.ready?.manifest, feature);
}

export const readiness = new Readiness(inference, () => settings.backend);
