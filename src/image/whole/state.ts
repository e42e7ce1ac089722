/** What is known of a picture's file. `detail` is for the log. */
export type Wholeness =
  /** Nothing that can be checked is wrong. */
  | { readonly state: 'whole' }
  /** It can be read to its end, but looks as if a part were shifted or of another level. */
  | { readonly state: 'suspect'; readonly detail: string }
  | { readonly state: 'damaged'; readonly detail: string };

export const whole: Wholeness = { state: 'whole' };

export function damaged(detail: string): Wholeness {
  return { state: 'damaged', detail };
}
