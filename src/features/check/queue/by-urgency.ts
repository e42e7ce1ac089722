import type { Urgency } from '../../../domain/advice';
import type { Manifest } from '../../../domain/pack/manifest';
import type { QueuedPicture } from './queued-picture.svelte';
import { judge } from '../../visit/signs/answers';

/** The order for looking at results: an unreadable picture comes before one that may wait. */
const order: readonly (Urgency | 'failed')[] = ['soon', 'weeks', 'cannot-tell', 'failed', 'watch'];

/**
 * Read pictures, the most urgent first; of equal ones in the order in which they came.
 * @param manifest of the pack in use
 */
export function byUrgency(items: readonly QueuedPicture[], manifest: Manifest | undefined): QueuedPicture[] {
  const rank = ({ prediction, checklist }: QueuedPicture): number =>
    order.indexOf(prediction ? judge(prediction, manifest, checklist).step : 'failed');
  return items.toSorted((a, b) => rank(a) - rank(b));
}
