/** Tries the pack on WASM with given numbers of threads, and on the graphics chip, whatever this machine has. */
import '../../../src/trusted-scripts';
import type { BackendTrial } from '../../../src/domain/prediction';
import type { Wanted } from './wanted';

export interface GoldenPage {
  trials(wanted: readonly Wanted[]): Promise<BackendTrial[]>;
}

const page: GoldenPage = {
  trials: (wanted) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./golden.worker.ts', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }: MessageEvent<BackendTrial[]>) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ wanted, packUrl: new URL('./model/', document.baseURI).href });
    }),
};

Object.assign(window, { golden: page });
