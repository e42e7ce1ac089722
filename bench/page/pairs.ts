/** Milliseconds of the app's way and of the least that it could cost, measured in turn. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}
