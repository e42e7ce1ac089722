/** Takes a picture out of a visit, and offers to undo it. */
import { inference } from '../../../app/inference';
import { readiness } from '../../../app/readiness.svelte';
import { record } from '../../../app/record';
import { lastRemoval } from '../../../app/undo.svelte';
import type { Visit } from '../../../domain/visit/visit';
import { m } from '../../../i18n/paraglide/messages.js';
import { judgeVisit } from '../signs/answers';

/**
 * Of a visit of several pictures; what is left is judged anew, and the list shows the next picture when the first goes.
 * @throws Failure
 */
export async function removePicture(
  { id, pictures }: Pick<Visit, 'id' | 'pictures'>,
  picture: string,
): Promise<void> {
  const [first, second] = pictures;
  const next = picture === first.id ? second : undefined;
  const copy = next && (await inference.call('storedCopy', { picture: next.image, frame: next.frame }));
  const removal = await record.visits.removePicture(
    id,
    picture,
    (left, signs) => judgeVisit(left, readiness.ready?.manifest, signs),
    copy?.thumbnail,
  );
  if (removal) lastRemoval.offerOther(m.picture_removed(), removal);
}

/**
 * Takes back what was saved: the picture alone where its visit has others, else the visit.
 * @throws Failure
 */
export async function takeBack(id: string, picture: string): Promise<void> {
  const visit = await record.visits.get(id);
  if (!visit || visit.damaged) return;
  if (!visit.pictures.some((each) => each.id === picture)) return;
  if (visit.pictures.length > 1) await removePicture(visit, picture);
  else lastRemoval.offer(await record.visits.remove(id));
}
