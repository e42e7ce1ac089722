/**
 * The least that a reading can cost in a worker: the browser's own decode of the whole picture and one
 * forward pass of some input. Answers a pack when it is decoded and WASM has started, and every picture
 * with the milliseconds that it took; asked for a pass alone it makes one.
 */
import { BareNetwork, networkInput, type BareRequest } from './bare-network';

declare const self: DedicatedWorkerGlobalScope;

let network: BareNetwork;
let input: Float32Array;

self.addEventListener('message', ({ data }: MessageEvent<BareRequest>) => {
  void (async () => {
    const start = performance.now();
    if (data === 'pass') {
      await network.run(input);
      self.postMessage(performance.now() - start);
    } else if ('pack' in data) {
      network = await BareNetwork.start(data.pack);
      self.postMessage(performance.now() - start);
      input = networkInput(data.pack);
    } else {
      const bitmap = await createImageBitmap(data.picture);
      await network.run(input);
      self.postMessage(performance.now() - start);
      bitmap.close();
    }
  })();
});
