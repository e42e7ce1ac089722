import { serve } from '../worker/age-handlers';

/** The age worker in the test's own thread, behind the same messages: put it in the place of `Worker`. */
export class AgeWorkerHere {
  readonly #channel = new MessageChannel();

  constructor() {
    serve(this.#channel.port2);
  }

  set onmessage(listener: (event: MessageEvent) => void) {
    this.#channel.port1.onmessage = listener;
  }

  postMessage(message: unknown): void {
    this.#channel.port1.postMessage(message);
  }

  terminate(): void {
    this.#channel.port1.close();
  }
}
