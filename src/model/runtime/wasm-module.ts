/** The WebAssembly module of tfjs, on one or several threads. Does not import tfjs, so that both load in parallel. */
import glue from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';
import type { WasmModule } from './threaded';

/** A module that was started before tfjs was there. */
export interface OpenedWasm {
  readonly threads: number;
  readonly module: Promise<WasmModule>;
}

/** The numbers of threads that are tried: the layers are too small to share among more. */
const worthATrial = [1, 2, 4];

/** The numbers of threads that are worth a trial here, one always first. */
export function threadCounts(): readonly number[] {
  // Without isolation there is no memory to share; Node has no workers that the glue could use.
  const cores = globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1;
  return worthATrial.filter((threads) => threads <= Math.max(1, cores));
}

/** The numbers of threads of which all is there that they need. */
export async function possibleThreads(): Promise<readonly number[]> {
  const counts = threadCounts();
  return counts.length > 1 && (await loadThreads()) ? counts : [1];
}

/**
 * Fetches what several threads need, so that a trial waits for no network.
 * @returns whether it is there
 */
function loadThreads(): Promise<boolean> {
  return import('./threaded')
    .then(({ compileThreaded }) => compileThreaded())
    .then(
      () => true,
      () => false,
    );
}

/**
 * @param file address (in Node: path) of the SIMD binary for one thread
 * @throws whatever the file or a thread fails with
 */
export async function openWasm(threads: number, file: string): Promise<WasmModule> {
  if (threads > 1) return (await import('./threaded')).openThreaded(threads);
  return (await glue({ locateFile: () => file })) as WasmModule;
}
