/** When the camera may release by itself: a whole, sharp spot in good light, held still for a moment. */
import type { Inspection } from '../../../worker/protocol';

/** Milliseconds for which all must be well. */
const patience = 900;

/** Mean difference (0..255) of two glimpses above which the camera moves; noise of a sensor stays below. */
const still = 6;

export class AutoCapture {
  #since: number | undefined;
  #before: Uint8Array | undefined;

  /**
   * Takes the next look at the camera's square.
   * @param now milliseconds
   * @param on whether a picture may be taken at all; the wait begins when it may
   * @returns how far the wait has come, 0..1; at 1 the picture should be taken
   */
  look({ issues, spot, glimpse }: Inspection, now: number, on: boolean): number {
    if (!on) {
      this.reset();
      return 0;
    }
    const steady = this.#before !== undefined && motion(this.#before, glimpse) < still;
    this.#before = glimpse;
    if (issues.length > 0 || !spot || !steady) {
      this.#since = undefined;
      return 0;
    }
    this.#since ??= now;
    return Math.min(1, (now - this.#since) / patience);
  }

  /** Starts again, after a picture or a change of camera. */
  reset(): void {
    this.#since = undefined;
    this.#before = undefined;
  }
}

/** Mean difference of two glimpses, 0..255, without that of their brightness: exposure may still settle. */
export function motion(a: Uint8Array, b: Uint8Array): number {
  const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const brighter = mean(b) - mean(a);
  return a.reduce((sum, value, i) => sum + Math.abs((b[i] ?? 0) - value - brighter), 0) / a.length;
}
