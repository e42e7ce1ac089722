/**
 * Fits the WebAssembly glue of tfjs to the app's policy, which allows no `blob:` workers. tfjs turns its threaded
 * glue into a string and starts workers from that; `src/model/runtime/threaded.ts` starts them from a file instead.
 */
import type { Plugin } from 'vite';

const glue = 'tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';
const tfjsBackend = 'tfjs-backend-wasm/dist/backend_wasm.js';
const threadedParts = /wasm-out\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/;
const empty = '\0no-threaded-glue';

/** Each text must be there exactly once: a build with another glue stops instead of shipping one that hangs. */
const changes = [
  // Only as many workers as there are threads; the glue would start eight at once.
  ['var pthreadPoolSize=8;', 'var pthreadPoolSize=Module["workers"];'],
  ['worker=new Worker(pthreadMainJs)', 'worker=Module["createWorker"]()'],
] as const;

export function tfjsThreads(): Plugin {
  return {
    name: 'tfjs-threads',
    enforce: 'pre',
    // tfjs's own start of threads is never used: without this its glue would be shipped twice.
    resolveId: (source, importer) =>
      importer?.endsWith(tfjsBackend) && threadedParts.test(source) ? empty : undefined,
    load: (id) =>
      id === empty ? 'export default undefined; export const wasmWorkerContents = "";' : undefined,
    transform(code, id) {
      if (!id.replace(/\?.*$/, '').endsWith(glue)) return undefined;
      return changes.reduce((text, [before, after]) => {
        const parts = text.split(before);
        if (parts.length !== 2) this.error(`${id}: "${before}" is there ${parts.length - 1} times`);
        return parts.join(after);
      }, code);
    },
  };
}
