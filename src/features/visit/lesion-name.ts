import { m } from '../../i18n/paraglide/messages.js';
import type { LesionFields } from '../../domain/lesion';
import { placeName } from '../../i18n/body-words';

/** What a lesion is called: by its name, or else by its place. */
export function lesionName({ name, place }: Pick<LesionFields, 'name' | 'place'>): string {
  return name || (place ? placeName(place) : m.lesion_unnamed());
}
