/** Starting WASM, and choosing what tfjs computes on. */
import { BackendWasm, setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import {
  enableProdMode,
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
} from '@tensorflow/tfjs-core';
import { Failure } from '../../failure';
import type { Backend } from '../../domain/prediction';
import type { WasmModule } from './threaded';
import { openWasm, type OpenedWasm } from './wasm-module';

let wasmFile = '';

/**
 * Must be called before the first start.
 * @param file address (in Node: path) of the SIMD binary for one thread. Resampling needs SIMD as well, so the one
 *   without would help nobody
 */
export function configureTensorflow(file: string): void {
  enableProdMode();
  wasmFile = file;
}

let wasm: { readonly threads: number; readonly started: Promise<void> } | undefined;

/** tfjs mixes two backends up when the second is set before the first has started. */
export async function wasmSettled(): Promise<void> {
  await wasm?.started.catch(() => undefined);
}

/** The number of threads that WASM has been started on; undefined while it has not. */
export function wasmThreads(): number | undefined {
  return wasm?.threads;
}

/**
 * May be called early, so that the binary is fetched and compiled while something else is awaited.
 * @param threads as they are by default, else one. Another number than before starts anew: whatever is on WASM must
 *   have been disposed
 * @param opened a module that was started before, perhaps on as many threads
 * @throws Failure `backend-unavailable`
 */
export async function startWasm(threads = wasm?.threads ?? 1, opened?: OpenedWasm): Promise<void> {
  if (wasm && wasm.threads !== threads) await stopWasm();
  // Two starts at once would make tfjs call the first one off.
  wasm ??= { threads, started: registerWasm(threads, opened) };
  try {
    await wasm.started;
  } catch (thrown) {
    wasm = undefined;
    throw thrown;
  }
  if (getBackend() !== 'wasm') await select('wasm');
}

/** Starts WASM with what was opened before, if anything was. @throws Failure as `startWasm` */
export async function beginWasm(early: Promise<OpenedWasm | undefined> | undefined): Promise<void> {
  const opened = await early;
  await startWasm(opened?.threads, opened);
}

async function registerWasm(threads: number, opened: OpenedWasm | undefined): Promise<void> {
  const module = await (opened?.threads === threads ? opened.module : openWasm(threads, wasmFile));
  // tfjs has registered its own way to start.
  forget('wasm');
  registerBackend('wasm', () => backendOf(module, threads));
  await select('wasm');
}

async function stopWasm(): Promise<void> {
  await wasmSettled();
  wasm = undefined;
  forget('wasm');
}

/** Removes a backend and frees its tensors. */
export function forget(backend: Backend): void {
  const registered: unknown = findBackendFactory(backend);
  if (registered) removeBackend(backend);
}

/** As `init` of tfjs's own backend_wasm.ts does it. */
function backendOf(module: WasmModule, threads: number): BackendWasm {
  const { cwrap } = module;
  module.tfjs = {
    init: cwrap('init', null, []),
    initWithThreadsCount: cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    dispose: cwrap('dispose', null, []),
  };
  setThreadsCount(threads);
  return new BackendWasm(module);
}

/**
 * `setBackend` can fail without a word: what runs is asked for.
 * @throws Failure `backend-unavailable`
 */
export async function select(backend: Backend): Promise<void> {
  const started = await setBackend(backend);
  if (!started || getBackend() !== backend) {
    throw new Failure('backend-unavailable', `${backend} does not start`);
  }
}
