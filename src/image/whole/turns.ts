/** Milliseconds after which long work lets others have their turn. */
const turn = 8;

/**
 * Long work in a worker that must not hold up what else runs there: the browser decodes a picture on another thread, but
 * only when this one has handed it the file; and to stop is a message as well.
 */
export class Turns {
  #began = -Infinity;

  /** Lets waiting tasks run, at first and whenever the work has taken a while since. */
  async pass(): Promise<void> {
    if (performance.now() - this.#began < turn) return;
    await nextTask();
    this.#began = performance.now();
  }
}

/** Resolves in a task of its own. Timers would wait for 4 ms each. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
