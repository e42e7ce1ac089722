/**
 * The model at work: one pack on one backend, and the ways to change either.
 * Longer than 300 lines: everything that changes the model runs here, one after the other.
 */
import { asFailure, Failure } from '../../failure';
import { beginWasm, wasmThreads } from './backend';
import { chooseBackend } from './backend-choice';
import type { AttentionSource } from '../attention';
import type { NetworkOutputs } from './classifier';
import { graphicsBackends, stopGraphics } from './graphics';
import type { HeadStart } from './head-start';
import type { Manifest, PackBank } from '../../domain/pack/manifest';
import { logitsOf, type Layer } from '../learning/layer';
import { metricsFile, parseMetrics, type Metrics } from '../../domain/pack/metrics';
import { packKey } from '../../domain/pack/key';
import { parseJson, type Pack } from '../packs/pack';
import { keepPack, loadBank, loadPack, type LoadedPack, type PackHost } from '../packs/loader';
import type { FetchOptions } from '../packs/source';
import { findNewer, stage, type NewerModel, type UpdateStep } from '../packs/staging';
import { openPackStore, type PackStore } from '../packs/store';
import type { BackendChoice, PackOrigin } from '../packs/store-schema';
import type { Backend, BackendPreference } from '../../domain/prediction';
import { examiner } from './self-test';
import { stateOf, type Beginning, type ModelSetup, type ModelState, type Running } from './model-state';
import { unpack } from '../packs/unpack';
import { possibleThreads } from './wasm-module';

export class ActiveModel {
  readonly #setup: Omit<ModelSetup, 'headStart'>;
  #headStart: HeadStart | undefined;
  #store: Promise<PackStore | undefined> | undefined;
  #loaded: LoadedPack | undefined;
  #running: Running | undefined;
  /** Whether the running pack has made a prediction, after which the previous pack may be removed. */
  #proven = false;
  /** Settles when the last `exclusive` call ends. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({ headStart, ...setup }: ModelSetup) {
    this.#setup = setup;
    this.#headStart = headStart;
    this.#store = headStart?.store;
  }

  /**
   * Does what must not meet a change of the model: a picture is read by one pack from its first view to its
   * last, and a new pack waits for that. In the order in which it is asked for.
   */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /**
   * Loads the pack and puts it on a backend; at once when that is how it runs already.
   * @throws Failure `pack-offline`, `pack-damaged`, `pack-too-new`, `backend-unavailable` or `aborted`
   */
  prepare(preference: BackendPreference, options: FetchOptions): Promise<ModelState> {
    return this.exclusive(() => this.#prepare(preference, options));
  }

  async #prepare(preference: BackendPreference, options: FetchOptions): Promise<ModelState> {
    if (this.#loaded && this.#running?.preference === preference) {
      return stateOf(this.#loaded, this.#running);
    }
    // It belongs to this worker's start; a later prepare looks again.
    const early = this.#headStart;
    this.#headStart = undefined;
    // WASM is wanted nearly always, and starts while the pack is read; so does what several threads need for their race.
    if (preference === 'auto' || preference === 'wasm') beginWasm(early?.opened).catch(() => undefined);
    void early?.choice.then((choice) => racedThreads(choice));
    try {
      const store = await this.#openStore();
      const loaded = this.#loaded ?? (await loadPack(this.#setup, store, options, early?.stored));
      try {
        const running = await this.#start(loaded.pack, preference, options.signal, {
          unpacked: await early?.unpacked,
          opened: await early?.opened,
        });
        this.#switchTo(loaded, running);
      } catch (thrown) {
        await this.#fallBack(loaded, preference, options.signal, asFailure(thrown));
      }
      if (!this.#loaded || !this.#running) throw new Failure('internal', 'nothing was prepared');
      const replaced = await early?.replaced;
      const state = stateOf(this.#loaded, this.#running);
      // A version that was taken and does not work here has given way again.
      return replaced === undefined || replaced === packKey(state.manifest) ? state : { ...state, replaced };
    } finally {
      this.#stopIdleGraphics();
    }
  }

  /** The running pack's manifest and backend; undefined before `prepare`. */
  get current(): { readonly manifest: Manifest; readonly backend: Backend } | undefined {
    if (!this.#loaded || !this.#running) return undefined;
    return { manifest: this.#loaded.pack.manifest, backend: this.#running.classifier.backend };
  }

  /**
   * The figures that came with the running pack; null when it brought none.
   * @throws Failure `internal` before `prepare`, `pack-damaged` when they are not in their format
   */
  metrics(): Metrics | null {
    if (!this.#loaded) throw new Failure('internal', 'metrics before prepare');
    const bytes = this.#loaded.pack.files.get(metricsFile);
    return bytes ? parseMetrics(parseJson(bytes, metricsFile)) : null;
  }

  /**
   * One forward pass.
   * @param input `side * side * 3` values, -1..1
   * @throws Failure `internal` before `prepare`
   */
  async run(input: Float32Array): Promise<NetworkOutputs> {
    const [outputs] = await this.runTogether([input]);
    if (!outputs) throw new Failure('internal', 'no outputs');
    return outputs;
  }

  /** As `run`, with several inputs in one pass. */
  async runTogether(inputs: readonly Float32Array[]): Promise<NetworkOutputs[]> {
    if (!this.#loaded || !this.#running) throw new Failure('internal', 'run before prepare');
    const outputs = await this.#running.classifier.runTogether(inputs);
    if (!this.#proven) {
      this.#proven = true;
      const store = await this.#openStore();
      // Not being able to tidy up costs only space.
      await store?.settle(packKey(this.#loaded.pack.manifest)).catch(() => undefined);
    }
    return outputs;
  }

  /**
   * The bank of the running pack: bytes and what the manifest says of them; undefined where it has none. Fetched
   * where it is not kept yet.
   * @throws Failure as `loadBank`, `internal` before `prepare`
   */
  async bank(options: FetchOptions): Promise<{ bytes: ArrayBuffer; listed: PackBank } | undefined> {
    if (!this.#loaded) throw new Failure('internal', 'bank before prepare');
    const { manifest } = this.#loaded.pack;
    const bytes = await loadBank(this.#setup, await this.#openStore(), manifest, options);
    return bytes && manifest.bank ? { bytes, listed: manifest.bank } : undefined;
  }

  /**
   * The last layer of the running pack. @throws Failure as `attention`
   * @param input any: the bias is what the logits have beyond the kernel's share
   */
  async layer(input: Float32Array): Promise<Layer> {
    const { kernel, classes } = await this.attention(input);
    const { logits, embedding } = await this.run(input);
    const share = logitsOf({ kernel, bias: new Float32Array(classes) }, embedding);
    return { kernel, bias: logits.map((logit, at) => logit - (share[at] ?? 0)) };
  }

  /** As `Classifier.attention`. @throws Failure `internal` before `prepare` */
  attention(input: Float32Array): Promise<AttentionSource> {
    if (!this.#running) return Promise.reject(new Failure('internal', 'attention before prepare'));
    return this.#running.classifier.attention(input);
  }

  /** As `Classifier.outline`; undefined before `prepare` too, as a threshold needs no network. */
  outline(input: Float32Array): Promise<Float32Array | undefined> {
    return this.#running?.classifier.outline(input) ?? Promise.resolve(undefined);
  }

  /**
   * What there is in place of the running pack where that came from, if it is newer; undefined else.
   * With `stage` it is fetched, checked, self-tested and kept for the next start; with `apply` it takes the place of the
   * running one. Only the test and the change are `exclusive`: while this waits for the network, pictures are read.
   * @throws Failure as `prepare`; the running pack then stays
   */
  async update(step: UpdateStep, options: FetchOptions): Promise<NewerModel | undefined> {
    if (!this.#loaded || !this.#running) throw new Failure('internal', 'update before prepare');
    const before = this.#loaded.pack.manifest;
    const store = await this.#openStore();
    const found = await findNewer(this.#setup, store, before, options);
    if (!found) return undefined;
    const { manifest, origin } = found;
    if (step === 'apply') {
      const pack = await found.fetch(options);
      await this.exclusive(() => this.#replaceBy(pack, origin, options.signal));
      return { manifest, state: 'applied' };
    }
    const tryOut = (pack: Pack): Promise<void> => this.tryOut(pack, options.signal);
    const staged = step === 'stage' ? await stage(found, store, before, tryOut, options) : found.staged;
    return { manifest, state: staged ? 'staged' : 'available' };
  }

  /** Tests a pack, keeps it, and switches to it. */
  async #replaceBy(pack: Pack, origin: PackOrigin, signal: AbortSignal): Promise<void> {
    if (!this.#loaded || !this.#running) throw new Failure('internal', 'update before prepare');
    const before = packKey(this.#loaded.pack.manifest);
    try {
      const running = await this.#start(pack, this.#running.preference, signal);
      const storage = await keepPack(this.#setup, await this.#openStore(), pack, origin, {
        key: before,
        keep: true,
      });
      this.#switchTo({ pack, source: 'network', repaired: false, storage }, running);
    } finally {
      this.#stopIdleGraphics();
    }
  }

  /**
   * Runs a pack's self-test beside the pack that runs.
   * @throws Failure `backend-unavailable` when no backend passes, `pack-damaged`, `aborted`
   */
  tryOut(pack: Pack, signal: AbortSignal): Promise<void> {
    return this.exclusive(async () => {
      try {
        (await this.#start(pack, this.#running?.preference ?? 'auto', signal)).classifier.dispose();
      } finally {
        this.#stopIdleGraphics();
      }
    });
  }

  /**
   * Switches to a pack of the store; the one before is fallen back to until it has read a picture.
   * @throws Failure `pack-damaged` when it is not there as it was stored, `backend-unavailable`, `aborted`
   */
  use(key: string, preference: BackendPreference, signal: AbortSignal): Promise<ModelState> {
    return this.exclusive(async () => {
      const store = await this.#openStore();
      const found = await store?.get(key);
      if (found?.state !== 'intact') throw new Failure('pack-damaged', found?.detail ?? `no ${key}`);
      try {
        const running = await this.#start(found.pack, preference, signal);
        await store?.use(key);
        const loaded: LoadedPack = { pack: found.pack, source: 'store', repaired: false, storage: 'kept' };
        this.#switchTo(loaded, running);
        return stateOf(loaded, running);
      } finally {
        this.#stopIdleGraphics();
      }
    });
  }

  /** Where packs come from, and what is trusted. */
  get host(): PackHost {
    return this.#setup;
  }

  /** Where packs are kept; undefined where that is not possible, or not wanted. */
  store(): Promise<PackStore | undefined> {
    return this.#openStore();
  }

  #openStore(): Promise<PackStore | undefined> {
    if (!this.#setup.keepPack) return Promise.resolve(undefined);
    return (this.#store ??= openPackStore());
  }

  /**
   * Puts a pack on the backend that suits, beside the one that runs.
   */
  async #start(
    pack: Pack,
    preference: BackendPreference,
    signal: AbortSignal,
    { unpacked: early, opened }: Beginning = {},
  ): Promise<Running> {
    // Another number of threads would stop the model that is running.
    const only = this.#running && wasmThreads();
    const { wasmOnly, onLost } = this.#setup;
    const store = await this.#openStore();
    const key = packKey(pack.manifest);
    const remembered = await store?.choice(key);
    const threadCounts = await racedThreads(remembered);
    const unpacked = early?.pack === pack ? early : unpack(pack);
    const examine = examiner(unpacked, { signal, software: preference !== 'auto', onLost, opened });
    const chosen = await chooseBackend(
      {
        preference,
        remembered,
        wasmOnly,
        threadCounts: only === undefined ? threadCounts : [only],
        graphics: graphicsBackends(),
      },
      examine,
    ).catch((thrown: unknown) => {
      throw signal.aborted ? new Failure('aborted', 'self-test') : asFailure(thrown);
    });
    const { classifier, trials, threads: fastest } = chosen;
    if (signal.aborted) {
      classifier.dispose();
      throw new Failure('aborted', 'self-test');
    }
    // What was asked for says nothing of the device; a race and a loss do.
    const backend = wasmOnly || preference === 'auto' ? classifier.backend : remembered?.backend;
    if (wasmOnly || fastest !== undefined || backend !== remembered?.backend) {
      await store?.remember(key, { backend, threads: fastest ?? remembered?.threads, trials });
    }
    return { classifier, trials, preference };
  }

  /** If no backend passes a stored pack, the one before it is used, if it is still there. */
  async #fallBack(
    { pack, source }: LoadedPack,
    preference: BackendPreference,
    signal: AbortSignal,
    failure: Failure,
  ): Promise<void> {
    const store = source === 'store' && failure.code !== 'aborted' ? await this.#openStore() : undefined;
    const previous = await store?.previous().catch(() => undefined);
    if (previous?.state !== 'intact') throw failure;
    const running = await this.#start(previous.pack, preference, signal);
    await store?.fallBack(packKey(pack.manifest)).catch(() => undefined);
    this.#switchTo({ pack: previous.pack, source: 'store', repaired: false, storage: 'kept' }, running);
  }

  #switchTo(loaded: LoadedPack, running: Running): void {
    this.#running?.classifier.dispose();
    if (this.#loaded?.pack !== loaded.pack) this.#proven = false;
    this.#loaded = loaded;
    this.#running = running;
  }

  #stopIdleGraphics(): void {
    stopGraphics(this.#running?.classifier.backend);
  }
}

/** The numbers of threads to choose from. Where one has won already, what several need is neither fetched nor compiled. */
async function racedThreads(remembered: BackendChoice | undefined): Promise<readonly number[]> {
  return remembered?.threads === 1 ? [1] : possibleThreads();
}
