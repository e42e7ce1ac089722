/** One decoded picture at hand for the calls that follow on it: it is opened, read and kept, and decoded once. */
import { Failure } from '../failure';
import { decodePicture } from '../image/decode/decode';
import type { Picture } from '../image/decode/picture';

/** At 4 bytes a pixel 96 MB wait for the next call. Larger pictures are decoded anew for each. */
const mostPixels = 24e6;

/** Milliseconds after the last use: a device at rest has its memory back. */
const patience = 60_000;

interface Held {
  readonly id: number;
  readonly picture: Picture;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class HeldPicture {
  #held: Held | undefined;

  /**
   * Decodes a picture for as long as `use` takes, and a while longer; one that is held is not decoded.
   * Before another one is decoded it is closed: there are never two, as long as calls come one by one.
   * @param id the same for every call with the same picture
   * @throws Failure of `decodePicture`, and `aborted`
   */
  async use<T>(
    blob: Blob,
    id: number,
    signal: AbortSignal,
    use: (picture: Picture) => T | Promise<T>,
  ): Promise<T> {
    const picture = this.#take(id) ?? (await decodePicture(blob, signal));
    try {
      if (signal.aborted) throw new Failure('aborted');
      const result = await use(picture);
      this.#hold(id, picture);
      return result;
    } catch (thrown) {
      picture.close();
      throw thrown;
    }
  }

  /** Whoever takes it has it alone. */
  #take(id: number): Picture | undefined {
    const held = this.#held;
    this.#held = undefined;
    clearTimeout(held?.timer);
    if (held?.id === id) return held.picture;
    held?.picture.close();
    return undefined;
  }

  #hold(id: number, picture: Picture): void {
    this.#held?.picture.close();
    clearTimeout(this.#held?.timer);
    // Closing takes milliseconds: not even a large one is closed before its call is answered.
    const wait = picture.width * picture.height > mostPixels ? 0 : patience;
    const timer = setTimeout(() => this.#take(NaN), wait);
    this.#held = { id, picture, timer };
  }
}
