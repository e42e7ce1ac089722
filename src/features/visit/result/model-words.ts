import type { Manifest } from '../../../domain/pack/manifest';
import type { PackWords } from '../../../domain/pack/words';
import type { Prediction } from '../../../domain/prediction';
import { dateAndTime } from '../../../i18n/format';
import { textIn } from '../../../i18n/local-text';
import { m } from '../../../i18n/paraglide/messages.js';

type Made = Pick<Prediction, 'pack' | 'head'> & { readonly words?: Pick<PackWords, 'name'> | undefined };

/**
 * The model that gave a result: its name and version, and the head that was learnt here where that was used.
 * @param inUse names its other versions too; a model that nothing here names is called by its id
 */
export function modelWords(
  { pack, head, words }: Made,
  inUse: Pick<Manifest, 'id' | 'name'> | undefined,
): string {
  const name = textIn(words?.name) ?? (inUse?.id === pack.id ? textIn(inUse.name) : pack.id);
  const model = `${name} ${pack.version}`;
  return head ? m.reading_details_head({ model, date: dateAndTime(new Date(head.createdAt)) }) : model;
}
