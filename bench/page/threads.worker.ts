/** The pack's network on one number of threads: asked for a pass it answers with its milliseconds. */
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { unpack } from '../../src/model/packs/unpack';
import { configureTensorflow, startWasm } from '../../src/model/runtime/backend';
import { Classifier } from '../../src/model/runtime/classifier';
import { loadPack, type ThreadsRequest } from './bare-network';

declare const self: DedicatedWorkerGlobalScope;

let pass: () => Promise<unknown>;

self.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));
self.addEventListener('message', ({ data }: MessageEvent<ThreadsRequest>) => {
  void (async () => {
    const start = performance.now();
    if (data === 'pass') {
      await pass();
    } else {
      configureTensorflow(wasmFile);
      const { artifacts, input, pack } = unpack(await loadPack(data.packUrl));
      await startWasm(data.threads);
      const classifier = new Classifier('wasm', artifacts, pack.manifest);
      pass = () => classifier.run(input);
    }
    self.postMessage(performance.now() - start);
  })();
});
