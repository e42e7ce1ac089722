import { InferenceClient } from '../worker/client';

/** The worker that reads pictures; it starts when it is first asked. */
export const inference = new InferenceClient();
