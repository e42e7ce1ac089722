import { asFailure } from '../../../failure';
import type { InferenceClient } from '../../../worker/client';
import type { Inspection } from '../../../worker/protocol';
import type { Square } from './square';

/** Side of what the worker is given: the network's own. */
const lookedAt = 224;

/** Milliseconds between two looks at least: more often would only warm the device. */
const pause = 90;

/** Looks at what the camera shows, again and again, one look at a time. */
export class LiveQuality {
  readonly #inference: Pick<InferenceClient, 'call'>;
  readonly #context = canvas();
  #inspection = $state.raw<Inspection>();
  #looks = $state(0);
  #run: AbortController | undefined;

  constructor(client: Pick<InferenceClient, 'call'>) {
    this.#inference = client;
  }

  /** The last look; undefined before the first one. */
  get inspection(): Inspection | undefined {
    return this.#inspection;
  }

  /** How many looks there were. */
  get looks(): number {
    return this.#looks;
  }

  /** Looks at `square` of the video until it is stopped; `onlook` hears of every look. */
  start(
    video: HTMLVideoElement,
    square: () => Square | undefined,
    onlook: (inspection: Inspection) => void,
  ): void {
    this.stop();
    const run = new AbortController();
    this.#run = run;
    void this.#watch(video, square, onlook, run.signal);
  }

  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#inspection = undefined;
  }

  async #watch(
    video: HTMLVideoElement,
    square: () => Square | undefined,
    onlook: (inspection: Inspection) => void,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      const began = performance.now();
      const place = square();
      if (place && this.#context && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
        try {
          const rgba = grab(this.#context, video, place);
          const side = Math.round(place.side);
          const inspection = await this.#inference.call('inspect', { rgba, side }, { signal });
          this.#inspection = inspection;
          this.#looks += 1;
          onlook(inspection);
        } catch (thrown) {
          // Advice is a help: without it the camera works as before.
          if (asFailure(thrown).code !== 'aborted') return;
        }
      }
      const rest = Math.max(pause - (performance.now() - began), 10);
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
  }
}

function canvas(): CanvasRenderingContext2D | null {
  const element = document.createElement('canvas');
  element.width = lookedAt;
  element.height = lookedAt;
  const context = element.getContext('2d', { alpha: false, willReadFrequently: true });
  if (context) context.imageSmoothingQuality = 'high';
  return context;
}

function grab(
  context: CanvasRenderingContext2D,
  video: HTMLVideoElement,
  { x, y, side }: Square,
): Uint8ClampedArray {
  context.drawImage(video, x, y, side, side, 0, 0, lookedAt, lookedAt);
  return context.getImageData(0, 0, lookedAt, lookedAt).data;
}
