/** Which pack the words on screen are for: that of the visit that is shown, else the one in use. */
import type { PackWords } from '../domain/pack/words';
import { readiness } from './readiness.svelte';

/** Of the visit that is shown; `subject` is undefined while none is. */
let shown = $state.raw<Pick<PackWords, 'subject'>>();

/**
 * For an effect of a page that shows a result, until the effect ends.
 * @param words of the result; undefined where the app has words of its own
 */
export function showPack(words: PackWords | undefined): () => void {
  const mine = { subject: words?.subject ?? 'lesion' } as const;
  shown = mine;
  return () => {
    if (shown === mine) shown = undefined;
  };
}

export function subjectShown(): PackWords['subject'] | undefined {
  return shown?.subject ?? readiness.ready?.manifest.subject;
}
