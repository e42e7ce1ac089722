import { m } from './paraglide/messages.js';
import { textIn } from './local-text';
import type { PackWords } from '../domain/pack/words';
import type { PictureDomain } from '../domain/prediction';

const known: ReadonlyMap<PictureDomain, () => string> = new Map([
  ['dermatoscope', m.reading_view_dermatoscope],
  ['phone', m.reading_view_phone],
]);

/** What a way of taking pictures is called. */
export function domainName(domain: PictureDomain, pack: Pick<PackWords, 'domainNames'> | undefined): string {
  return textIn(pack?.domainNames?.[domain]) ?? known.get(domain)?.() ?? domain;
}
