/**
 * How the page calls the inference worker: starts it when first needed, hands it one heavy call at a
 * time, and replaces it when it is lost.
 * Longer than 300 lines: starting, watching, restarting and aborting the worker are one state machine.
 */
import { asFailure, Failure } from '../failure';
import type { Argument, CallName, FromWorker, Progress, Result, ToWorker } from './protocol';

export type RestartReason = 'silent' | 'error' | 'context-lost';

export interface CallOptions<N extends CallName> {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress<N>) => void;
  /**
   * For what nobody waits for: every other call goes before it, also one that comes while it runs; then it begins anew
   * after that.
   */
  readonly background?: boolean;
}

/** The part of `Worker` that the client uses. */
export type WorkerPort = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;

export interface ClientOptions {
  /** Folder of the model pack; the app's own by default. Relative to the page. */
  readonly packUrl?: string;
  /** False to use a pack without storing it, for a pack that is only tried. */
  readonly keepPack?: boolean;
  readonly createWorker?: () => WorkerPort;
}

/**
 * Ticks of a second that a call may take without a word (a result or progress) from the worker.
 * Generous: a slow tablet decoding 50 MP or compiling shaders is slow, not lost.
 */
export const limits: Readonly<Record<CallName, number>> = {
  prepare: 60,
  // 48 MP of HEIC take ten seconds of a fast device.
  open: 90,
  classify: 90,
  inspect: 45,
  storedCopy: 90,
  pixels: 90,
  outline: 30,
  measure: 30,
  attention: 45,
  learn: 60,
  noisyHead: 60,
  mergeHeads: 60,
  figures: 120,
  updatePack: 60,
  hostedPacks: 60,
  offerPack: 60,
  installPack: 30,
  packs: 30,
  usePack: 60,
  removePack: 30,
  metrics: 60,
  memory: 10,
};
const tick = 1000;

/** Calls that need a pack on a backend; a fresh worker is prepared before them. */
const needsModel: ReadonlySet<CallName> = new Set<CallName>([
  'classify',
  'outline',
  'attention',
  'learn',
  'noisyHead',
  'mergeHeads',
  'figures',
  'metrics',
  'updatePack',
]);

/** Calls that mostly wait for the network, so that nothing waits for them. */
const needsNetwork: ReadonlySet<CallName> = new Set<CallName>(['updatePack', 'hostedPacks', 'offerPack']);

/** Calls that need no model: they go beside its preparation. */
const needsNoModel: ReadonlySet<CallName> = new Set<CallName>([
  'open',
  'inspect',
  'storedCopy',
  'pixels',
  'measure',
]);

/**
 * Whether `next` may go to the worker while that has `running`. Heavy calls go one by one. A call that mostly
 * waits for the network keeps nothing waiting but another one, and the count of what is in memory; it waits
 * for a preparation, since it compares with what that brings.
 */
function agrees(running: CallName, next: CallName): boolean {
  if (needsNetwork.has(running)) return !needsNetwork.has(next) && next !== 'memory';
  if (needsNetwork.has(next)) return running !== 'prepare' && running !== 'memory';
  return (
    (running === 'prepare' && needsNoModel.has(next)) || (needsNoModel.has(running) && next === 'prepare')
  );
}

interface Request {
  readonly id: number;
  readonly name: CallName;
  readonly argument: Argument<CallName>;
  readonly onProgress: ((progress: Progress<CallName>) => void) | undefined;
  readonly resolve: (result: Result<CallName>) => void;
  readonly reject: (failure: Failure) => void;
  /** Nobody waits any more: the answer is awaited only to know that the worker is free. */
  abandoned: boolean;
  /** It was already repeated after the loss of a worker. */
  repeated: boolean;
  readonly background: boolean;
  /** It was stopped for another call, and goes on waiting. */
  yielding: boolean;
}

/** A request that the worker has. */
interface Running {
  readonly request: Request;
  readonly watchdog: ReturnType<typeof setInterval>;
  /** Ticks since the worker last spoke of it. */
  silentTicks: number;
}

export class InferenceClient {
  readonly #options: ClientOptions;
  readonly #restartListeners = new Set<(reason: RestartReason) => void>();
  readonly #waiting: Request[] = [];
  readonly #running = new Map<number, Running>();
  /** By the picture: what the worker knows it by. */
  readonly #pictureIds = new WeakMap<Blob, number>();
  #worker: WorkerPort | undefined;
  #nextId = 1;
  #wasmOnly = false;
  /** The last `prepare` that succeeded, and whether the present worker has done it. */
  #preparation: Argument<'prepare'> | undefined;
  #prepared = false;

  constructor(options: ClientOptions = {}) {
    this.#options = options;
  }

  /**
   * Calls the worker; calls wait for one another.
   * @throws Failure of whatever kind the call ends in; `aborted` at once when `signal` says so;
   * `worker-lost` when the worker was lost twice over the same call.
   */
  call<N extends CallName>(name: N, argument: Argument<N>, options: CallOptions<N> = {}): Promise<Result<N>> {
    const { signal, onProgress, background = false } = options;
    return new Promise<Result<N>>((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Failure('aborted', name));
        return;
      }
      const abort = (): void => this.#abort(request);
      const request: Request = {
        id: this.#nextId++,
        name,
        argument,
        onProgress: onProgress,
        resolve: (result) => {
          signal?.removeEventListener('abort', abort);
          resolve(result);
        },
        reject: (failure) => {
          signal?.removeEventListener('abort', abort);
          reject(failure);
        },
        abandoned: false,
        repeated: false,
        background,
        yielding: false,
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting.push(request);
      this.#next();
    });
  }

  /** Tells of every worker that was lost and replaced by one on WASM. Returns what ends it. */
  onRestart(listener: (reason: RestartReason) => void): () => void {
    this.#restartListeners.add(listener);
    return () => this.#restartListeners.delete(listener);
  }

  /** Hands over, in order, every waiting request that agrees with what the worker has. */
  #next(): void {
    for (const request of [...this.#waiting]) {
      if (request.background && this.#waiting.some((other) => !other.background)) continue;
      const hindering = [...this.#running.values()].filter(
        (running) => !agrees(running.request.name, request.name),
      );
      if (hindering.length > 0) {
        if (!request.background) for (const running of hindering) this.#makeYield(running.request);
        continue;
      }
      if (needsModel.has(request.name) && this.#preparation && !this.#prepared) {
        this.#run(this.#preparationFor(request, this.#preparation));
      } else {
        this.#forget(request);
        this.#run(request);
      }
    }
  }

  #run(request: Request): void {
    const { id, name, argument } = request;
    const running: Running = {
      request,
      silentTicks: 0,
      // Ticks, not the clock: a page that was frozen or asleep must not blame the worker.
      watchdog: setInterval(() => {
        running.silentTicks += 1;
        if (running.silentTicks >= limits[name]) this.#lose('silent', `${name} gave no answer`);
      }, tick),
    };
    this.#running.set(id, running);
    try {
      this.#post({ kind: 'call', id, name, argument, pictureId: this.#pictureId(argument) } as ToWorker);
    } catch (thrown) {
      // An argument that cannot be cloned, or a browser that allows no workers.
      this.#settle(running);
      request.reject(asFailure(thrown));
    }
  }

  #pictureId(argument: Argument<CallName>): number {
    if (!('picture' in argument)) return 0;
    const known = this.#pictureIds.get(argument.picture) ?? this.#nextId++;
    this.#pictureIds.set(argument.picture, known);
    return known;
  }

  #forget(request: Request): void {
    const place = this.#waiting.indexOf(request);
    if (place >= 0) this.#waiting.splice(place, 1);
  }

  /** Prepares a fresh worker as the lost one was; when that fails, so does the call that needs it. */
  #preparationFor(request: Request, argument: Argument<'prepare'>): Request {
    return {
      id: this.#nextId++,
      name: 'prepare',
      argument,
      onProgress: undefined,
      resolve: () => undefined,
      reject: (failure) => {
        this.#forget(request);
        request.reject(failure);
      },
      abandoned: false,
      repeated: true,
      background: false,
      yielding: false,
    };
  }

  #abort(request: Request): void {
    this.#forget(request);
    if (this.#running.has(request.id)) {
      request.abandoned = true;
      this.#post({ kind: 'abort', id: request.id });
    }
    request.reject(new Failure('aborted', request.name));
  }

  /** Stops what runs in the background, for another call. */
  #makeYield(request: Request): void {
    if (!request.background || request.yielding || request.abandoned) return;
    request.yielding = true;
    this.#post({ kind: 'abort', id: request.id });
  }

  #post(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): WorkerPort {
    const worker = (this.#options.createWorker ?? startWorker)();
    worker.addEventListener('message', (event) => {
      if (worker === this.#worker) this.#receive((event as MessageEvent<FromWorker>).data);
    });
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      if (worker === this.#worker) this.#lose('error', event.message);
    });
    worker.addEventListener('messageerror', () => {
      if (worker === this.#worker) this.#lose('error', 'a message could not be read');
    });
    worker.postMessage({
      kind: 'start',
      packUrl: new URL(this.#options.packUrl ?? `${import.meta.env.BASE_URL}model/`, document.baseURI).href,
      keepPack: this.#options.keepPack ?? true,
      wasmOnly: this.#wasmOnly,
    } satisfies ToWorker);
    return worker;
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'lost') {
      this.#lose('context-lost', message.detail);
      return;
    }
    const running = this.#running.get(message.id);
    if (!running) return;
    const { request } = running;
    if (message.kind === 'progress') {
      running.silentTicks = 0;
      if (!request.abandoned) request.onProgress?.(message.progress);
      return;
    }
    this.#settle(running);
    if (message.kind === 'result') {
      if (request.abandoned) release(message.result);
      if (request.name === 'prepare') {
        this.#prepared = true;
        this.#preparation = request.argument as Argument<'prepare'>;
      }
      request.resolve(message.result);
    } else if (request.yielding && !request.abandoned && message.code === 'aborted') {
      request.yielding = false;
      this.#waiting.push(request);
    } else {
      request.reject(new Failure(message.code, message.detail));
    }
    this.#next();
  }

  #settle({ request, watchdog }: Running): void {
    clearInterval(watchdog);
    this.#running.delete(request.id);
  }

  /** Ends a worker that is lost; what it had is repeated once on a fresh one. */
  #lose(reason: RestartReason, detail: string): void {
    const lost = [...this.#running.values()];
    lost.forEach((running) => this.#settle(running));
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#prepared = false;
    this.#wasmOnly = true;
    const wanted = lost.map(({ request }) => request).filter(({ abandoned }) => !abandoned);
    const again = wanted.filter(({ repeated }) => !repeated);
    for (const request of again) {
      request.repeated = true;
      request.yielding = false;
    }
    this.#waiting.unshift(...again);
    for (const request of wanted) {
      if (!again.includes(request)) request.reject(new Failure('worker-lost', detail));
    }
    if (again.length === wanted.length) for (const listener of this.#restartListeners) listener(reason);
    this.#next();
  }
}

/** Closes what nobody waits for any more. */
function release(result: Result<CallName>): void {
  if (result && 'preview' in result) result.preview.close();
}

/** A new inference worker of this app. */
export function startWorker(): Worker {
  return new Worker(new URL('./inference.worker.ts', import.meta.url), { type: 'module' });
}
