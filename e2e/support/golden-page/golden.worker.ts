import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { fetchManifest, fetchPack } from '../../../src/model/packs/source';
import { unpack } from '../../../src/model/packs/unpack';
import { configureTensorflow } from '../../../src/model/runtime/backend';
import { examiner } from '../../../src/model/runtime/self-test';
import type { BackendTrial } from '../../../src/domain/prediction';
import type { Wanted } from './wanted';

declare const self: DedicatedWorkerGlobalScope;

self.addEventListener('unhandledrejection', ({ reason }) => reportError(reason));
self.addEventListener('message', ({ data }: MessageEvent<{ wanted: readonly Wanted[]; packUrl: string }>) => {
  void tried(data.wanted, data.packUrl).then((trials) => self.postMessage(trials));
});

async function tried(wanted: readonly Wanted[], packUrl: string): Promise<BackendTrial[]> {
  configureTensorflow(wasmFile);
  const { signal } = new AbortController();
  const pack = await fetchPack(packUrl, await fetchManifest(packUrl, { signal }), { signal });
  const examine = examiner(unpack(pack), {
    signal,
    software: true,
    onLost: (detail) => reportError(new Error(detail)),
  });
  const trials: BackendTrial[] = [];
  for (const { backend, threads } of wanted) {
    const { trial, classifier } = await examine(backend, false, threads);
    classifier?.dispose();
    trials.push(trial);
  }
  return trials;
}
