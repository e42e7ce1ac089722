import type { Prediction } from '../../../domain/prediction';
import { dateAndTime } from '../../../i18n/format';
import { m } from '../../../i18n/paraglide/messages.js';

/** The model that gave a result: its name and version, and the head that was learnt here where that was used. */
export function modelWords({ pack, head }: Pick<Prediction, 'pack' | 'head'>): string {
  const model = `${pack.id} ${pack.version}`;
  return head ? m.reading_details_head({ model, date: dateAndTime(new Date(head.createdAt)) }) : model;
}
