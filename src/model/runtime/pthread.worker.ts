/**
 * One thread of tfjs's WebAssembly. Does what tfjs's own worker script does, but as a file of the app's own origin:
 * the policy allows no script that is made at run time. The messages are those of Emscripten 3.1 (src/worker.js).
 */
import glue from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

declare const self: DedicatedWorkerGlobalScope & { startWorker?: (module: ThreadModule) => void };

/** What the glue gives to a thread. */
interface ThreadModule {
  readonly __emscripten_thread_init: (thread: number, isMain: 0, isRuntime: 0, canBlock: 1) => void;
  readonly __emscripten_thread_exit: (status: number) => void;
  readonly _pthread_self: () => number;
  readonly establishStackSpace: () => void;
  readonly executeNotifiedProxyingQueue: (queue: number) => void;
  readonly invokeEntryPoint: (routine: number, argument: number) => void;
  readonly PThread: { readonly threadInitTLS: () => void };
}

type ToThread =
  | { readonly cmd: 'load'; readonly wasmModule: WebAssembly.Module; readonly wasmMemory: WebAssembly.Memory }
  | {
      readonly cmd: 'run';
      readonly pthread_ptr: number;
      readonly start_routine: number;
      readonly arg: number;
    }
  | { readonly cmd: 'cancel' }
  | { readonly cmd: 'processProxyingQueue'; readonly queue: number };

let module: ThreadModule;
let running = false;
/** Queues that were announced before the thread ran. */
const early: number[] = [];

// The glue calls it when the thread can be used.
self.startWorker = (ready) => {
  module = ready;
  self.postMessage({ cmd: 'loaded' });
};

self.addEventListener('message', ({ data }: MessageEvent<ToThread>) => {
  switch (data.cmd) {
    case 'load':
      load(data.wasmModule, data.wasmMemory);
      break;
    case 'run':
      module.__emscripten_thread_init(data.pthread_ptr, 0, 0, 1);
      module.establishStackSpace();
      module.PThread.threadInitTLS();
      for (const queue of early.splice(0)) module.executeNotifiedProxyingQueue(queue);
      running = true;
      try {
        module.invokeEntryPoint(data.start_routine, data.arg);
      } catch (thrown) {
        // How Emscripten leaves a thread that goes on living.
        if (thrown !== 'unwind') throw thrown;
      }
      break;
    case 'cancel':
      if (module._pthread_self()) module.__emscripten_thread_exit(-1);
      break;
    case 'processProxyingQueue':
      if (running) module.executeNotifiedProxyingQueue(data.queue);
      else early.push(data.queue);
  }
});

function load(wasmModule: WebAssembly.Module, wasmMemory: WebAssembly.Memory): void {
  const settings = {
    ENVIRONMENT_IS_PTHREAD: true,
    wasmMemory,
    buffer: wasmMemory.buffer,
    instantiateWasm: (imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => void) => {
      const instance = new WebAssembly.Instance(wasmModule, imports);
      receive(instance);
      return instance.exports;
    },
  };
  glue(settings).catch(reportError);
}
