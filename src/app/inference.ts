import { Failure } from '../failure';
import { InferenceClient, startWorker } from '../worker/client';
import { lacks, stops } from './device/abilities';

/** The worker that reads pictures; it starts when it is first asked, where the browser can run it. */
export const inference = new InferenceClient({
  createWorker: () => {
    if (stops('reading')) throw new Failure('browser-unfit', lacks.map(({ ability }) => ability).join(', '));
    return startWorker();
  },
});
