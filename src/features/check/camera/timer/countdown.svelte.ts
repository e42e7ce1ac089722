/** The timer of the camera: counts down on screen and aloud, for a spot that cannot be seen while pressing the button. */
import { say } from './say';

export const delays = [0, 3, 10] as const;

export class Countdown {
  #left = $state<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Seconds that are left; undefined while it does not run. */
  get left(): number | undefined {
    return this.#left;
  }

  start(seconds: number, ondone: () => void): void {
    this.stop();
    const count = (left: number): void => {
      if (left === 0) {
        this.stop();
        ondone();
        return;
      }
      this.#left = left;
      say(String(left));
      this.#timer = setTimeout(() => count(left - 1), 1000);
    };
    count(seconds);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#left = undefined;
  }
}
