/** Numbers that a seed determines, so that what was found is found again. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 up to, but not including, `end`. Mulberry32, by Tommy Ettinger (public domain). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  one<T>(of: readonly [T, ...T[]]): T;
  one<T>(of: readonly T[]): T | undefined;
  one<T>(of: readonly T[]): T | undefined {
    return of[this.below(of.length)];
  }
}
