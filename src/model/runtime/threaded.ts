/**
 * tfjs's WebAssembly on several threads, from files of the app's own origin. Loaded only where threads are possible;
 * `scripts/vite/tfjs-threads.ts` makes the glue take its workers from here.
 */
import glue from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { Failure } from '../../failure';
import '../../trusted-scripts';
import type { BackendWasmModule } from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js';

export type WasmModule = BackendWasmModule & { readonly cwrap: Wrap };
type Wrap = (name: string, result: 'number' | null, parameters: readonly 'number'[]) => () => never;

/** Milliseconds after which a start is given up: a worker that is refused says nothing in some browsers. */
const startLimit = 10_000;

/** 64 KiB pages. The most is reserved as address space, which is scarce on phones; the glue would ask for 4 GiB. */
const memoryPages = { initial: 256, maximum: 16_384 } as const;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Fetches and compiles what several threads need.
 * @throws when the file cannot be had
 */
export function compileThreaded(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasmFile));
  compiled.catch(() => (compiled = undefined));
  return compiled;
}

/**
 * Starts the module with a worker for each thread but this one.
 * @throws Failure `backend-unavailable` when a worker does not start
 */
export async function openThreaded(threads: number): Promise<WasmModule> {
  const binary = await compileThreaded();
  const workers: Worker[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise((resolve, reject) => {
      const refuse = (detail: string): void => reject(new Failure('backend-unavailable', detail));
      timer = setTimeout(() => refuse(`no thread in ${startLimit} ms`), startLimit);
      const createWorker = (): Worker => {
        const worker = new Worker(new URL('./pthread.worker.ts', import.meta.url), { type: 'module' });
        worker.addEventListener('error', ({ message }) => refuse(`a thread does not start: ${message}`));
        workers.push(worker);
        return worker;
      };
      const settings = {
        workers: threads - 1,
        createWorker,
        wasmMemory: new WebAssembly.Memory({ ...memoryPages, shared: true }),
        locateFile: (path: string) => path,
        instantiateWasm: (imports: WebAssembly.Imports, receive: Receive) => {
          WebAssembly.instantiate(binary, imports).then((instance) => receive(instance, binary), reject);
          return {};
        },
      };
      glue(settings).then((module) => resolve(module as WasmModule), reject);
    });
  } catch (thrown) {
    for (const worker of workers) worker.terminate();
    throw thrown;
  } finally {
    clearTimeout(timer);
  }
}

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
