/**
 * The inference worker's entry, kept small: the stored pack is read, checked and unpacked, and WASM is started,
 * while the engine, which brings tfjs, is still being loaded.
 */
import wasmFile from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { startAhead } from '../model/runtime/head-start';
import type { ToWorker } from './protocol';

declare const self: DedicatedWorkerGlobalScope;

const engine = import('./engine');

self.addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  const headStart = data.kind === 'start' && data.keepPack ? startAhead(wasmFile, !data.wasmOnly) : undefined;
  // In the order in which they came. An engine that cannot be loaded is an error of the worker.
  engine.then(({ receive }) => receive(data, headStart), reportError);
});
